using System.Text.RegularExpressions;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>
/// <c>serve --handle-admin</c> of the real executable: who is named administers the server over the Handle protocol,
/// and nobody else does.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
public sealed partial class HandleAdminTests
{
    private const string Prefix = NodeProcess.Prefix;

    private static readonly byte[] s_secret = "a long secret"u8.ToArray();

    [Test]
    public async Task HandleAdmin_Repeated_LetsEachOfThemHomeAPrefixAndNobodyElse()
    {
        using var folder = new TemporaryDirectory();
        var data = folder.File("data");
        // A comma and a space are characters of a handle as any other.
        string[] users = [$"{Prefix}/ADMIN", $"{Prefix}/ADMIN, 2nd", $"{Prefix}/STRANGER"];
        await File.WriteAllLinesAsync(
            folder.File("handles.jsonl"),
            users.Select(user =>
                $$"""{"handle":"{{user}}","values":[{"index":300,"type":"HS_SECKEY","data":"a long secret","permissions":"1100"}]}"""
            )
        );
        await DoAsync("init", "--data", data, "--prefix", Prefix);
        await DoAsync("handle", "import", folder.File("handles.jsonl"), "--data", data);
        using var node = await NodeProcess.StartAsync(
            data,
            null,
            start =>
            {
                foreach (var admin in users[..2])
                {
                    start.ArgumentList.Add("--handle-admin");
                    start.ArgumentList.Add($"300:{admin}");
                }
            }
        );
        using var transport = new HandleTransport();

        var codes = new List<ResponseCode>();
        foreach (var user in users.Append(null))
        {
            var signer = user is null ? null : new SecretKeySigner(new ValueReference(user, 300), s_secret);
            var client = new HandleClient(transport, HandleServer.At(node.HandleEndPoint), signer);
            codes.Add(
                (
                    await client.HomeAsync($"0.NA/{Prefix}.{codes.Count}", TestContext.CurrentContext.CancellationToken)
                ).Code
            );
        }

        Assert.That(
            codes,
            Is.EqualTo([
                ResponseCode.Success,
                ResponseCode.Success,
                ResponseCode.InvalidAdministrator,
                ResponseCode.AuthenticationNeeded,
            ])
        );
        var owner = new HandleClient(
            transport,
            HandleServer.At(node.HandleEndPoint),
            new SecretKeySigner(new ValueReference(users[1], 300), s_secret)
        );
        var homed = await owner.ListHomedAsync(TestContext.CurrentContext.CancellationToken);
        Assert.That(
            homed.Data,
            Is.SupersetOf(new[] { $"0.NA/{Prefix}.0", $"0.NA/{Prefix}.1" }).And.Not.Contain($"0.NA/{Prefix}.2")
        );
    }

    [Test]
    public async Task HandleAdmin_ThatIsNone_SaysWhichOption()
    {
        using var folder = new TemporaryDirectory();

        var (code, output, errors) = await NodeProcess.RunAsync(
            "serve",
            "--data",
            folder.File("data"),
            "--handle-admin",
            $"300:{Prefix}/A",
            "--handle-admin",
            $"{Prefix}/B, C"
        );

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(errors, Does.Contain($"--handle-admin): '{Prefix}/B, C' must be INDEX:HANDLE"));
    }

    /// <summary>
    /// The commands of <c>docs/handle.md</c> for a node of one's own, and its program as the administrator that they
    /// make.
    /// </summary>
    [Test]
    public async Task Document_NodeOfOnesOwn_IsAdministeredByWhomItsCommandsName()
    {
        var document = RepositoryFolder.Read("docs", "handle.md");
        using var folder = new TemporaryDirectory();
        var data = folder.File("data");
        var serve = Serve().Match(document).Value;
        var admin = serve[(serve.LastIndexOf(' ') + 1)..];
        var secret = Secret().Match(document).Groups[1].Value;

        var imported = await DocumentProgram.RunAsync(
            document,
            "own",
            script =>
                script
                    .Replace(serve, "", StringComparison.Ordinal)
                    .Replace("--data data", $"--data {data}", StringComparison.Ordinal),
            ("PATH", $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}")
        );
        using var node = await NodeProcess.StartAsDocumentedAsync(serve, data);
        var output = await DocumentProgram.RunAsync(
            document,
            "python",
            script => script.Replace("127.0.0.1:2641", node.HandleEndPoint.ToString(), StringComparison.Ordinal),
            ("handle_admin", admin),
            ("handle_secret", secret)
        );

        Assert.That(imported, Does.Contain("created 1, replaced 0, same 0, refused 0"));
        // Some clients resolve the handle of who logs in first.
        using var shown = await node.Http.GetAsync(
            new Uri($"/api/handles/{admin[(admin.IndexOf(':') + 1)..]}", UriKind.Relative)
        );
        Assert.That(await shown.Content.ReadAsStringAsync(), Does.Contain("\"values\":[{\"index\":1,"));
        Assert.That(output, Does.StartWith("create 1\n").And.EndWith("delete 1\nresolve 100\n"));
    }

    private static async Task DoAsync(params string[] arguments)
    {
        var (code, output, errors) = await NodeProcess.RunAsync(arguments);
        Assert.That(code, Is.Zero, output + errors);
    }

    [GeneratedRegex("^idnode serve .*--handle-admin .*$", RegexOptions.Multiline)]
    private static partial Regex Serve();

    [GeneratedRegex("\"type\":\"HS_SECKEY\",\"data\":\"([^\"]+)\"")]
    private static partial Regex Secret();
}
