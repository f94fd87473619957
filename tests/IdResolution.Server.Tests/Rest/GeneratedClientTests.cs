using System.Text;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// What other people's programs make of the OpenAPI document: a linter, and two generators whose clients are compiled
/// and register, resolve, search and print against a node.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class GeneratedClientTests : NodeFixture
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private static readonly string s_sources = RepositoryFolder.PathOf(
        "tests",
        "IdResolution.Server.Tests",
        "Rest",
        "Clients"
    );

    private TemporaryDirectory _folder = null!;

    private string Document => Path.Combine(_folder.Path, "v1.json");

    [SetUp]
    public async Task WriteDocumentAsync()
    {
        _folder = new TemporaryDirectory();
        await File.WriteAllBytesAsync(Document, (await Server.GetAsync("/openapi/v1.json")).Body);
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Document_ReadByRedocly_HasNoFault()
    {
        RequireNode();

        Run("env", "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", Npm("redocly"), "lint", Document);
    }

    [Test]
    public async Task Client_OfOpenApiTs_RegistersResolvesSearchesAndPrints()
    {
        RequireNode();
        Copy("node", "main.ts", "tsconfig.json");

        Run(Npm("openapi-ts"), "-i", Document, "-o", Path.Combine(_folder.Path, "gen"), "-c", "@hey-api/client-fetch");
        Run(Npm("tsc"), "-p", _folder.Path);
        var id = Run("node", Path.Combine(_folder.Path, "out", "main.js"), Url, Server.KeyOf(Role.Registrar)).Trim();

        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id)).Text, Does.Contain("膜 TS"));
    }

    [Test]
    public async Task Client_OfNSwag_RegistersResolvesSearchesAndPrints()
    {
        Copy("dotnet", "Client.csproj", "Program.cs");

        RunIn(RepositoryFolder.PathOf(), "dotnet", "tool", "restore");
        RunIn(
            RepositoryFolder.PathOf(),
            "dotnet",
            "nswag",
            "openapi2csclient",
            $"/input:{Document}",
            $"/output:{Path.Combine(_folder.Path, "NodeClient.cs")}",
            "/namespace:Generated",
            "/className:NodeClient",
            "/JsonLibrary:SystemTextJson",
            // By which words of enums are sent as they are, and not as C# calls them.
            "/JsonLibraryVersion:9.0",
            "/GenerateOptionalParameters:true",
            "/GenerateNullableReferenceTypes:true",
            "/GenerateOptionalPropertiesAsNullable:true",
            "/UseBaseUrl:false",
            "/OperationGenerationMode:SingleClientFromOperationId"
        );
        Run("dotnet", "build", "--nologo", "-v", "quiet", "-o", Path.Combine(_folder.Path, "out"), _folder.Path);
        var id = Run("dotnet", Path.Combine(_folder.Path, "out", "Client.dll"), Url, Server.KeyOf(Role.Registrar))
            .Trim();

        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id)).Text, Does.Contain("膜 C#"));
    }

    [Test]
    public void PackageLock_NamesNoRegistry_SoThatAnyMirrorWill() =>
        Assert.That(
            File.ReadAllText(Path.Combine(s_sources, "node", "package-lock.json")),
            Does.Not.Contain("://").And.Not.Contain("\"resolved\""),
            "Take the members resolved and funding out again."
        );

    private string Url => Server.Address.Url;

    private static string Npm(string program) => Path.Combine(s_sources, "node", "node_modules", ".bin", program);

    private static void RequireNode()
    {
        if (!Tool.Exists("node") || !File.Exists(Npm("tsc")))
        {
            Programs.Miss($"run npm ci in {Path.Combine(s_sources, "node")} (packages nodejs, npm)");
        }
    }

    private void Copy(string client, params string[] files)
    {
        foreach (var file in files)
        {
            File.Copy(Path.Combine(s_sources, client, file), Path.Combine(_folder.Path, file));
        }
    }

    private string Run(string file, params string[] args) => RunIn(_folder.Path, file, args);

    private static string RunIn(string folder, string file, params string[] args)
    {
        var (code, output, errors) = Tool.Run(s_patience, folder, file, args);
        var text = Encoding.UTF8.GetString(output);
        Assert.That(code, Is.Zero, $"{file} {string.Join(' ', args)}: {text}{errors}");
        return text;
    }
}
