using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.AspNetCore.Routing;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>Runs a group of cases with a client once, against a node of its own; each case is a test.</summary>
public abstract class ClientFixture(string client, string group, string[] cases) : NodeFixture
{
    private readonly ClientProgram _program = new(client);

    [OneTimeSetUp]
    public async Task RunClientAsync()
    {
        if (_program.Missing is { } missing)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(missing);
            }
            Assert.Ignore(missing);
        }
        // A caller that gives up before its message is there: the library has no quieter word for it.
        Server.Log.Expect("ErrorExecutingServiceMethod", "The client reset the request stream.");
        await _program.RunAsync(group, Config(), AnswerAsync);
    }

    [Test]
    public void Client_MadeTheCasesListedAndNoOthers() =>
        Assert.That(_program.Results.Keys, Is.EquivalentTo(cases), _program.Ending);

    private protected static IEnumerable<string> Files(params string[] folders) =>
        folders
            .SelectMany(folder =>
                Directory
                    .EnumerateFiles(folder, "*.proto", SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(folder, file))
            )
            .Order(StringComparer.Ordinal);

    private protected override void MapGrpc(IEndpointRouteBuilder endpoints) => InteropService.Map(endpoints);

    /// <summary>What the program must know.</summary>
    private protected virtual Dictionary<string, object> Config()
    {
        string[] ours =
        [
            RepositoryFolder.PathOf("protos"),
            RepositoryFolder.PathOf("tests", "IdResolution.Server.Tests", "Grpc", "Protos"),
        ];
        return new()
        {
            ["protos"] = ours.Append(ClientProgram.StandardProtos),
            ["files"] = Files(ours)
                .Concat([
                    "grpc/health/v1/health.proto",
                    "grpc/reflection/v1/reflection.proto",
                    "grpc/reflection/v1alpha/reflection.proto",
                ]),
            ["grpc"] = Server.GrpcEndPoint.ToString(),
            ["prefix"] = TestNode.Prefix,
            ["keys"] = KeysOf(Server),
        };
    }

    /// <summary>The keys of a node by role.</summary>
    private protected static Dictionary<string, string> KeysOf(TestNode node) =>
        new[] { Role.Partner, Role.Reader, Role.Registrar, Role.Admin }.ToDictionary(
            role => role.ToString().ToLowerInvariant(),
            node.KeyOf
        );

    /// <summary>Does what the program asks for.</summary>
    private protected virtual Task<object?> AnswerAsync(string what, JsonElement value) =>
        throw new InvalidOperationException($"Nobody answers {what}.");

    private protected void Check(string name)
    {
        Assert.That(_program.Results, Does.ContainKey(name), $"The client did not report this case. {_program.Ending}");
        var result = _program.Results[name];
        TestContext.Out.WriteLine($"{result.Ms} ms");
        Assert.That(result.Ok, result.Error);
    }
}
