using System.Text.RegularExpressions;
using IdResolution.Server.CommandLine;
using IdResolution.Server.Options;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>The Dockerfile, as far as it can be held to the sources without building it.</summary>
[TestFixture]
public sealed partial class ImageTests
{
    private static readonly string s_file = RepositoryFolder.Read("Dockerfile");

    [Test]
    public void Sources_Copied_AreThereAndNotIgnored() =>
        Assert.Multiple(() =>
        {
            var sent = RepositoryFolder
                .Read(".dockerignore")
                .Split('\n')
                .Where(l => l.StartsWith('!'))
                .Select(l => l[1..])
                .ToHashSet();
            foreach (var source in Copies())
            {
                Assert.That(Path.Exists(RepositoryFolder.PathOf(source)), source);
                Assert.That(sent, Does.Contain(source.Split('/')[0]), source);
            }
        });

    [Test]
    public void Projects_AreAllCopiedBeforeTheRestore()
    {
        var projects = Directory
            .EnumerateFiles(RepositoryFolder.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(RepositoryFolder.Root, p))
            .Where(p =>
                !p.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            );
        Assert.That(Copies().Where(c => c.EndsWith(".csproj", StringComparison.Ordinal)), Is.EquivalentTo(projects));
    }

    [Test]
    public void Ports_AreTheNodes()
    {
        var options = new NodeOptions();
        var exposed = Number().Matches(Line("EXPOSE")).Select(m => m.Value).Distinct();
        Assert.That(
            exposed,
            Is.EqualTo(new[] { options.Http, options.Grpc, options.Handle }.Select(e => e.Split(':')[^1]))
        );
    }

    [Test]
    public void User_IsNotRoot() => Assert.That(Line("USER"), Does.Match("^USER [1-9][0-9]*:[1-9][0-9]*$"));

    [Test]
    public void Verbs_AreThere() =>
        Assert.That(
            Verb().Matches(s_file).Select(m => m.Groups[1].Value),
            Is.EqualTo(new[] { "health", "serve" }).And.SubsetOf(IdnodeCommand.Create().Subcommands.Select(c => c.Name))
        );

    [Test]
    public void Images_AreOfOneRelease() =>
        Assert.That(From().Matches(s_file).Select(m => m.Groups[1].Value), Is.Not.Empty.And.All.Match(":[0-9]"));

    private static IEnumerable<string> Copies() =>
        s_file
            .Split('\n')
            .Where(l =>
                l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from=", StringComparison.Ordinal)
            )
            .SelectMany(l => l.Split(' ')[1..^1])
            .Select(s => s.TrimEnd('/'));

    private static string Line(string instruction) =>
        s_file.Split('\n').Last(l => l.StartsWith(instruction + " ", StringComparison.Ordinal));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex("""CMD \[(?:"idnode", )?"([a-z]+)"\]""")]
    private static partial Regex Verb();

    [GeneratedRegex("^FROM (\\S+)", RegexOptions.Multiline)]
    private static partial Regex From();
}
