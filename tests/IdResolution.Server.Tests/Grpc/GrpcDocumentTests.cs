using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Grpc;
using IdResolution.Server.Http;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>
/// Runs the programs of <c>docs/grpc.md</c> as it says, and holds its tables to the methods and errors there are.
/// </summary>
[TestFixture]
public sealed partial class GrpcDocumentTests : NodeFixture
{
    private static readonly string s_document = RepositoryFolder.Read("docs", "grpc.md");

    // A folder without packages.
    private static readonly string s_noPackages = RepositoryFolder.PathOf("protos");

    [Test]
    [Category(Lane.Documents)]
    public async Task Node_Program_Runs()
    {
        var modules = RepositoryFolder.PathOf(
            "tests",
            "IdResolution.Server.Tests",
            "Grpc",
            "Clients",
            "node",
            "node_modules"
        );
        Need(
            Directory.Exists(modules),
            "The npm packages are not installed: run scripts/test.sh, or npm ci in "
                + "tests/IdResolution.Server.Tests/Grpc/Clients/node."
        );
        // The packages are those installed for the tests; all else is done as the document says.
        var output = await RunAsync(
            "node",
            script => script.Replace("npm install @grpc/grpc-js @grpc/proto-loader\n", "", StringComparison.Ordinal),
            ("NODE_PATH", modules)
        );
        Assert.That(
            output,
            Does.Match(@"^registered \S+\nthickness 15\.2\nrefused INVALID_ARGUMENT thickness must be a number\.\n$")
        );
    }

    [Test]
    [Category(Lane.Documents)]
    public async Task Python_Program_Runs()
    {
        Need(
            Tool.Exists("protoc")
                && File.Exists("/usr/bin/grpc_python_plugin")
                && Tool.Run("/usr/bin/python3", "-c", "import grpc").ExitCode == 0,
            "protobuf-compiler, protobuf-compiler-grpc or python3-grpcio is not installed: run scripts/test.sh."
        );
        Assert.That(
            await RunAsync("python"),
            Does.Match(
                @"^registered \S+\nthickness 15\.2\nrefused INVALID_ARGUMENT attributes\.thickness thickness must be a number\.\nstreamed 100\n$"
            )
        );
    }

    [Test]
    [Category(Lane.Documents)]
    public void Python_Packages_HoldAllThatTheCommandsTake()
    {
        Need(Tool.Exists("dpkg-query"), "Only Debian knows which of its packages holds a file.");
        // Where packages come without recommended ones, one that is not named is not there.
        var section = s_document[s_document.IndexOf("### Python", StringComparison.Ordinal)..];
        var named = section[..section.IndexOf("```", StringComparison.Ordinal)];
        var imported = Directory
            .EnumerateFiles(RepositoryFolder.PathOf("protos"), "*.proto", SearchOption.AllDirectories)
            .SelectMany(file => Import().Matches(File.ReadAllText(file)))
            .Select(m => "/usr/include/" + m.Groups[1].Value)
            .Distinct();
        string[] programs = ["/usr/bin/protoc", "/usr/bin/grpc_python_plugin"];
        var files = programs.Concat(imported).ToList();
        Need(files.TrueForAll(File.Exists), "protoc, its plugin or its files are not installed: run scripts/test.sh.");

        var owners = files.Select(file =>
            System.Text.Encoding.UTF8.GetString(Tool.Run("dpkg-query", "-S", file).StdOut).Split(':')[0]
        );

        Assert.That(owners.Distinct().ToList(), Has.Count.EqualTo(3).And.SubsetOf(named.Split([' ', '\n', '`'])));
    }

    [GeneratedRegex(@"^import ""(google/protobuf/[^""]+)"";", RegexOptions.Multiline)]
    private static partial Regex Import();

    [Test]
    [Category(Lane.Compiled)]
    public async Task Cpp_Program_Runs()
    {
        Need(
            Tool.Exists("g++")
                && Tool.Exists("protoc")
                && Tool.Exists("pkg-config")
                && Tool.Run("pkg-config", "--exists", "grpc++").ExitCode == 0,
            "g++, pkg-config, libgrpc++-dev or protobuf-compiler-grpc is not installed: run scripts/test.sh."
        );
        Assert.That(
            await RunAsync("cpp"),
            Does.Match(
                @"^registered \S+\nthickness 15\.2\nrefused attributes\.thickness thickness must be a number\.\n$"
            )
        );
    }

    [Test]
    [Category(Lane.Documents)]
    public async Task CSharp_Program_Runs()
    {
        // Restored from what the solution's restore left on this machine; no server of the build is left behind.
        var output = await RunAsync(
            "csharp",
            script =>
                script.Replace(
                    "dotnet run ",
                    $"dotnet run --property:RestoreSources={s_noPackages} ",
                    StringComparison.Ordinal
                ),
            ("MSBUILDDISABLENODEREUSE", "1"),
            ("UseSharedCompilation", "false")
        );
        Assert.That(
            output,
            Does.Match(
                @"^registered \S+\nthickness 15\.2\nrefused InvalidArgument attributes\.thickness thickness must be a number\.\n$"
            )
        );
    }

    [Test]
    public void CSharp_Project_TakesTheNodesVersions()
    {
        var ours = Packages()
            .Matches(RepositoryFolder.Read("Directory.Packages.props"))
            .Select(m => (m.Groups[1].Value, m.Groups[2].Value));
        Assert.That(
            Packages().Matches(s_document).Select(m => (m.Groups[1].Value, m.Groups[2].Value)),
            Is.Not.Empty.And.SubsetOf(ours)
        );
    }

    [Test]
    public void TableOfServices_NamesEachMethod()
    {
        var table = s_document[..s_document.IndexOf("## From", StringComparison.Ordinal)];
        Assert.That(
            Code().Matches(table).Select(m => m.Groups[1].Value),
            Is.SupersetOf(
                GrpcApi.Own.SelectMany(s => s.Methods).Select(m => m.Name).Concat(GrpcApi.Own.Select(s => s.FullName))
            )
        );
    }

    [Test]
    public void TableOfErrors_HasEachCodeWithItsStatus()
    {
        var rows = s_document[s_document.IndexOf("## Errors", StringComparison.Ordinal)..]
            .Split('\n')
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal));
        var told = rows.SelectMany(row =>
            Code()
                .Matches(row)
                .Select(m =>
                    (
                        Reason: m.Groups[1].Value,
                        Status: row.Split('|')[1].Trim().Replace("_", "", StringComparison.Ordinal)
                    )
                )
        );
        // These are said of bodies and methods of HTTP, which gRPC's requests do not have.
        var there = Enum.GetValues<ErrorCode>()
            .Where(c => c is not (ErrorCode.UnsupportedMediaType or ErrorCode.MethodNotAllowed))
            .Select(code =>
                (
                    IdResolution.Server.Grpc.GrpcErrors.Reason(code),
                    ErrorMap.GrpcStatus(code).ToString().ToUpperInvariant()
                )
            );
        Assert.That(told, Is.EquivalentTo(there));
    }

    private static void Need(bool there, string otherwise)
    {
        if (!there && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(otherwise);
        }
        Assume.That(there, otherwise);
    }

    private Task<string> RunAsync(
        string name,
        Func<string, string>? adapt = null,
        params (string Name, string Value)[] environment
    ) =>
        DocumentProgram.RunAsync(
            s_document,
            name,
            script =>
                (adapt?.Invoke(script) ?? script).Replace(
                    "127.0.0.1:8081",
                    Server.GrpcEndPoint.ToString(),
                    StringComparison.Ordinal
                ),
            [("protos", RepositoryFolder.PathOf("protos")), ("registrar", Server.KeyOf(Role.Registrar)), .. environment]
        );

    [GeneratedRegex("<Package(?:Reference|Version) Include=\"([^\"]+)\" Version=\"([^\"]+)\"")]
    private static partial Regex Packages();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
