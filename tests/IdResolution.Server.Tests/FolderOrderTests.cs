using System.Reflection;
using IdResolution.Testing;

namespace IdResolution.Server.Tests;

/// <summary>
/// Holds the table "Order of folders" of <c>docs/architecture.md</c>: a folder uses those before it alone, and those
/// joined by <c>+</c> do not use each other. So no two folders can need each other.
/// </summary>
[TestFixture]
public sealed class FolderOrderTests
{
    private static IEnumerable<TestCaseData> Projects() =>
        Order().Select(row => new TestCaseData(row.Project).SetArgDisplayNames(row.Project));

    [TestCaseSource(nameof(Projects))]
    public void Folders_OfAProject_UseThoseBeforeThemAlone(string project)
    {
        var ranks = Ranks(project);
        var wrong = Uses(project)
            .Where(use => ranks[use.From] <= ranks[use.To])
            .Select(use => $"{use.User} uses {use.Used}")
            .Distinct()
            .Order();

        Assert.That(wrong, Is.Empty);
    }

    [TestCaseSource(nameof(Projects))]
    public void Folders_OfAProject_AreAllListed(string project) =>
        Assert.That(Types(project).Select(FolderOf).Distinct(), Is.EquivalentTo(Ranks(project).Keys));

    [TestCaseSource(nameof(Projects))]
    public void Uses_OfAProject_AreRead(string project) =>
        Assert.That(
            Uses(project).Select(use => use.From).Distinct().Count(),
            Is.GreaterThan(2),
            "Else the order would hold for nothing."
        );

    /// <summary>What a type of a folder uses in another folder of its project.</summary>
    private static IEnumerable<(string From, Type User, string To, Type Used)> Uses(string project)
    {
        var types = Types(project).ToHashSet();
        return from user in types
            from used in TypeUses.Of(user)
            where types.Contains(used) && FolderOf(used) != FolderOf(user)
            select (FolderOf(user), user, FolderOf(used), used);
    }

    private static IEnumerable<Type> Types(string project) =>
        Load(project).GetTypes().Where(t => t.Namespace?.StartsWith(project + ".", StringComparison.Ordinal) == true);

    private static string FolderOf(Type type) => type.Namespace![(type.Namespace!.IndexOf('.') + 1)..].Split('.')[1];

    private static Dictionary<string, int> Ranks(string project) =>
        Order()
            .Single(row => row.Project == project)
            .Folders.SelectMany((siblings, rank) => siblings.Select(folder => (folder, rank)))
            .ToDictionary(f => f.folder, f => f.rank);

    private static Assembly Load(string project) =>
        Assembly.Load(project == "IdResolution.Server" ? "idnode" : project);

    /// <summary>The rows <c>| `project` | A, B + C, D |</c>.</summary>
    private static IEnumerable<(string Project, string[][] Folders)> Order() =>
        from line in RepositoryFolder
            .Read("docs", "architecture.md")
            .Split('\n')
            .SkipWhile(l => l != "### Order of folders")
            .Skip(1)
            .TakeWhile(l => !l.StartsWith('#'))
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 4 && cells[1].StartsWith('`')
        select (cells[1].Trim('`'), cells[2].Split(", ").Select(f => f.Split(" + ")).ToArray());
}
