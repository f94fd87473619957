using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using IdResolution.Core.Errors;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sql;
using IdResolution.Testing;
using Microsoft.Extensions.Logging;

namespace IdResolution.Server.Tests;

/// <summary>Holds what <c>docs/architecture.md</c> says about who may depend on whom.</summary>
[TestFixture]
public sealed partial class ArchitectureTests
{
    private const string Server = "IdResolution.Server";
    private const string Storage = "IdResolution.Storage";
    private static readonly string[] s_frontEnds = ["Rest", "Grpc", "Handle", "Snms", "Simulation", "WebConsole"];
    private static readonly string[] s_seeStorage = ["Options", "Hosting", "CommandLine"];

    private static Assembly CoreAssembly => typeof(Error).Assembly;

    private static Assembly StorageAssembly => typeof(NodeStore).Assembly;

    private static Assembly ServerAssembly => typeof(NodeContainer).Assembly;

    /// <summary>
    /// Folders of Server with every type of Server that each of them uses, and every type of Storage.
    /// </summary>
    private static readonly Lazy<ILookup<string, (Type User, Type Used)>> s_uses = new(() =>
        ServerAssembly
            .GetTypes()
            .Where(user => FolderOf(user) is not null)
            .SelectMany(user => TypeUses.Of(user).Select(used => (User: user, Used: used)))
            .Where(use => use.Used.Assembly == ServerAssembly || use.Used.Assembly == StorageAssembly)
            .ToLookup(use => FolderOf(use.User)!)
    );

    [Test]
    public void Core_References_AreTheBaseClassLibraryAlone() =>
        Assert.That(
            References(CoreAssembly)
                .Where(name =>
                    !name.StartsWith("System.", StringComparison.Ordinal)
                    && name is not "netstandard" and not "mscorlib"
                ),
            Is.Empty
        );

    [Test]
    public void Storage_References_OfOursAreCoreAlone()
    {
        Assert.That(References(StorageAssembly).Where(IsOurs), Is.EqualTo(["IdResolution.Core"]));
        Assert.That(References(StorageAssembly).Where(IsFrontEndPackage), Is.Empty);
    }

    [Test]
    public void Server_References_OfOursAreStorageHandleProtocolAndCore() =>
        Assert.That(
            References(ServerAssembly).Where(IsOurs),
            Is.SubsetOf(new[] { "IdResolution.Core", Storage, "IdResolution.HandleProtocol" })
        );

    [Test]
    public void Server_FrontEnds_DoNotUseEachOther() =>
        Assert.That(
            Uses(s_frontEnds, (folder, used) => s_frontEnds.Contains(FolderOf(used)) && FolderOf(used) != folder),
            Is.Empty
        );

    [Test]
    public void Server_LabelsAndPages_UseNeitherFrontEndsNorStorage() =>
        Assert.That(
            Uses(
                ["Labels", "Pages"],
                (_, used) => s_frontEnds.Contains(FolderOf(used)) || used.Assembly == StorageAssembly
            ),
            Is.Empty
        );

    [Test]
    public void Server_Storage_IsSeenByOptionsHostingAndCommandLineAlone() =>
        Assert.That(
            Uses(s_uses.Value.Select(g => g.Key).Except(s_seeStorage), (_, used) => used.Assembly == StorageAssembly),
            Is.Empty
        );

    [Test]
    public void Server_Uses_AreRead()
    {
        // The rules above would hold for nothing: what is known to be used must be found, in signatures and in bodies.
        Assert.That(Uses(["Hosting"], (_, used) => used.Assembly == StorageAssembly), Is.Not.Empty);
        Assert.That(Uses(["Rest"], (_, used) => FolderOf(used) == "Labels"), Is.Not.Empty);
        Assert.That(Uses(["Rest"], (_, used) => FolderOf(used) == "Pages"), Is.Not.Empty);
    }

    [Test]
    public void Server_EventIds_AreEachGivenOnce()
    {
        var ids = ServerAssembly
            .GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .SelectMany(m => m.GetCustomAttributes<LoggerMessageAttribute>())
            .Select(message => message.EventId)
            .ToList();

        Assert.That(ids, Is.Unique.And.Count.GreaterThan(20));
    }

    [Test]
    public void Document_TableOfProjects_ListsExactlyThoseInSrc() =>
        Assert.That(
            Table().Select(row => row.Project),
            Is.EquivalentTo(ProjectFiles().Select(f => Path.GetFileNameWithoutExtension(f)))
        );

    [Test]
    public void Document_TableOfProjects_AllowsEachReference() =>
        Assert.Multiple(() =>
        {
            var allowed = Table().ToDictionary(row => row.Project, row => row.MayDependOn);
            foreach (var file in ProjectFiles())
            {
                var references = XDocument
                    .Load(file)
                    .Descendants("ProjectReference")
                    .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
                Assert.That(references, Is.SubsetOf(allowed[Path.GetFileNameWithoutExtension(file)]), file);
            }
        });

    private static List<string> Uses(IEnumerable<string> folders, Func<string, Type, bool> isWrong) =>
        [
            .. folders
                .SelectMany(folder =>
                    s_uses
                        .Value[folder]
                        .Where(use => isWrong(folder, use.Used))
                        .Select(use => $"{use.User} uses {use.Used}")
                )
                .Distinct(),
        ];

    /// <summary>The folder of Server by a type's namespace; null for what is not in one.</summary>
    private static string? FolderOf(Type type) =>
        type.Assembly == ServerAssembly
        && type.Namespace is { } name
        && name.StartsWith(Server + ".", StringComparison.Ordinal)
            ? name[(Server.Length + 1)..].Split('.')[0]
            : null;

    private static IEnumerable<string> References(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(name => name.Name!);

    private static bool IsOurs(string name) => name.StartsWith("IdResolution.", StringComparison.Ordinal);

    private static bool IsFrontEndPackage(string name) =>
        new[] { "Microsoft.AspNetCore.", "Grpc.", "Google.Protobuf", "StackExchange.Redis" }.Any(start =>
            name.StartsWith(start, StringComparison.Ordinal)
        );

    private static IEnumerable<string> ProjectFiles() =>
        Directory.EnumerateFiles(RepositoryFolder.PathOf("src"), "*.csproj", SearchOption.AllDirectories);

    /// <summary>
    /// The rows <c>| `project` | what it is | what it may depend on |</c> under the heading Projects.
    /// </summary>
    private static IEnumerable<(string Project, string[] MayDependOn)> Table() =>
        from line in RepositoryFolder
            .Read("docs", "architecture.md")
            .Split('\n')
            .SkipWhile(l => !l.StartsWith("## Projects", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
        let cells = line.Split('|')
        where cells.Length == 5 && Code().IsMatch(cells[1])
        select (
            Code().Match(cells[1]).Groups[1].Value,
            Code().Matches(cells[3]).Select(m => m.Groups[1].Value).ToArray()
        );

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
