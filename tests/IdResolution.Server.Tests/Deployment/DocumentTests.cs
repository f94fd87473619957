using System.Text.RegularExpressions;
using IdResolution.Server.CommandLine;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>Holds <c>docs/deployment.md</c> to the files and verbs there are.</summary>
[TestFixture]
public sealed partial class DocumentTests
{
    private static readonly string s_document = RepositoryFolder.Read("docs", "deployment.md");

    [Test]
    public void Document_Files_AreThere() =>
        Assert.That(
            Deployed()
                .Matches(s_document + RepositoryFolder.Read("docker-compose.yml"))
                .Select(m => m.Value)
                .Where(f => !f.EndsWith("/.env", StringComparison.Ordinal) && !Path.Exists(RepositoryFolder.PathOf(f))),
            Is.Empty
        );

    [Test]
    public void Document_Files_AreAllOfDeploy()
    {
        // Those that a folder's name or another file stands for.
        var parts = Directory
            .EnumerateFileSystemEntries(RepositoryFolder.PathOf("deploy"), "*", SearchOption.TopDirectoryOnly)
            .Select(Path.GetFileName);
        Assert.That(
            parts.Where(p =>
                !s_document.Contains($"deploy/{p}", StringComparison.Ordinal)
                && !s_document.Contains($"`{p}/", StringComparison.Ordinal)
            ),
            Is.Empty
        );
    }

    [TestCase("deployment.md")]
    [TestCase("analysis.md")]
    [TestCase("analysis.zh-CN.md")]
    [TestCase("asvs.md")]
    [TestCase("commands.md")]
    [TestCase("commands.zh-CN.md")]
    [TestCase("templates.md")]
    [TestCase("templates.zh-CN.md")]
    [TestCase("traceability.md")]
    [TestCase("traceability.zh-CN.md")]
    [TestCase("upstream.md")]
    public void Document_Links_LeadSomewhere(string document) =>
        Assert.Multiple(() =>
        {
            foreach (
                var (file, anchor) in Link()
                    .Matches(RepositoryFolder.Read("docs", document))
                    .Select(m => (m.Groups[1].Value, m.Groups[2].Value))
            )
            {
                var path = RepositoryFolder.PathOf("docs", file.Length == 0 ? document : file);
                Assert.That(File.Exists(path), file);
                var anchors = Heading()
                    .Matches(File.ReadAllText(path))
                    .Select(m => Dropped().Replace(m.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));
                Assert.That(anchor.Length == 0 || anchors.Contains(anchor), $"{file}#{anchor}");
            }
        });

    /// <summary>What the English page gains must not be missing from the Chinese one.</summary>
    [TestCase("analysis")]
    [TestCase("traceability")]
    public void Document_InChinese_HasTheBlocksAndRowsOfTheEnglishOne(string document)
    {
        var (english, chinese) = (Facts($"{document}.md"), Facts($"{document}.zh-CN.md"));

        Assert.That(english, Has.Count.GreaterThan(10));
        Assert.That(chinese, Is.EqualTo(english));
    }

    /// <summary>The blocks of code, and what begins the rows of tables: the same in any language.</summary>
    private static List<string> Facts(string document) =>
        [
            .. BlockOrRow()
                .Matches(RepositoryFolder.Read("docs", document))
                .Select(m => m.Value.StartsWith('|') ? string.Join(' ', Code().Matches(m.Value)) : m.Value)
                .Where(fact => fact.Length > 0),
        ];

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    [TestCase("docs/deployment.md")]
    [TestCase("docs/handle.md")]
    [TestCase("docs/handle-foreign.md")]
    [TestCase("docs/handle-http.md")]
    [TestCase("docs/handle-import.md")]
    [TestCase("docs/operations.md")]
    [TestCase("docs/security.md")]
    [TestCase("docs/simulator.md")]
    [TestCase("docs/snms.md")]
    [TestCase("docs/templates.md")]
    [TestCase("docs/templates.zh-CN.md")]
    [TestCase("docs/upstream.md")]
    public void Document_CommandsOfTheNode_ParseWithTheirArguments(string file)
    {
        var commands = Command()
            .Matches(RepositoryFolder.Read(file))
            .Select(m => m.Groups[1].Value)
            .Where(c => c.Split(' ')[0] is not ("…" or "ID"))
            .ToList();
        Assert.Multiple(() =>
        {
            foreach (var command in commands)
            {
                var words = Word().Matches(command).Select(m => m.Value.Trim('"', '\''));
                Assert.That(IdnodeCommand.Create().Parse([.. words]).Errors.Select(e => e.Message), Is.Empty, command);
            }
        });
        Assert.That(commands, file == "docs/security.md" ? Is.Empty : Is.Not.Empty);
    }

    [TestCase("--port", "70000")]
    [TestCase("--port", "x")]
    [TestCase("--port")]
    [TestCase("--ports", "8080")]
    [TestCase("--outage", "--port", "0")]
    public void Demo_WrongArguments_AreRefusedBeforeAnythingIsBuilt(params string[] arguments)
    {
        // Nothing is on the path but what refusing needs: a build would fail otherwise.
        var (code, _, errors) = Tool.Run(
            "/usr/bin/env",
            ["-i", "PATH=/usr/bin:/bin", "bash", RepositoryFolder.PathOf("scripts", "demo.sh"), .. arguments]
        );

        Assert.That((code, errors), Is.EqualTo((2, errors)));
        Assert.That(errors, Does.Contain("--port").Or.StartsWith("--outage"));
        Assert.That(errors, Does.Not.Contain("Building"));
    }

    [Test]
    public void Demo_FirstBuild_SaysHowLongItTakes() =>
        Assert.That(
            File.ReadAllText(RepositoryFolder.PathOf("scripts", "demo.sh")),
            Does.Match("say \"Building \\(the first time .+ minutes on two processors")
        );

    [Test]
    public void Document_Verbs_AreTheNodes() =>
        Assert.That(
            Verb().Matches(s_document).Select(m => m.Groups[1].Value).Distinct(),
            Is.Not.Empty.And.SubsetOf(IdnodeCommand.Create().Subcommands.Select(c => c.Name))
        );

    [TestCase("commands.md")]
    [TestCase("commands.zh-CN.md")]
    public void Commands_AreAllInTheirDocument(string document)
    {
        var text = RepositoryFolder.Read("docs", document);

        Assert.That(
            IdnodeCommand
                .Create()
                .Subcommands.Where(c => !c.Hidden)
                .Select(c => c.Name)
                .Where(name => !Regex.IsMatch(text, $"^\\| .*`{name}[ `]", RegexOptions.Multiline)),
            Is.Empty
        );
    }

    [GeneratedRegex(@"deploy/[A-Za-z0-9_/.-]*[A-Za-z0-9]")]
    private static partial Regex Deployed();

    [GeneratedRegex(@"\]\(([^)#:]*)(?:#([^)]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(?:```.*?^```|\| [^|]*)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex BlockOrRow();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} -]")]
    private static partial Regex Dropped();

    // Lines of code that begin with the node, without comment, redirection, pipe, or & at the end.
    [GeneratedRegex(@"^(?:/opt/idnode/|out/)?idnode ([^#\n>|&]+?) *(?:[>|#&].*)?$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?:""[^""]*""|'[^']*'|\$\([^)]*\)|\S)+")]
    private static partial Regex Word();

    // Neither a namespace of kubectl nor a user of Redis.
    [GeneratedRegex(@"(?<!-n |SETUSER )\bidnode ([a-z]+)")]
    private static partial Regex Verb();
}
