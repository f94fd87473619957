using System.Text.RegularExpressions;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>
/// Every message that a verb may show stands in both languages, by the sources: beside an English text, as the next
/// argument, is the Chinese one.
/// </summary>
[TestFixture]
public sealed partial class ChineseMessageTests
{
    private static readonly string[] s_folders =
    [
        "src/IdResolution.Server/CommandLine",
        "src/IdResolution.Server/Options",
        "src/IdResolution.Server/Hosting",
        "src/IdResolution.Server/Foreign",
        "src/IdResolution.Storage/Maintenance",
        "src/IdResolution.Storage/Migrations",
    ];

    /// <summary>
    /// What no verb shows, or what programs read: the file, and what its English texts begin with.
    /// </summary>
    private static readonly (string File, string Text)[] s_others =
    [
        ("Readiness.cs", ""), // Lines of /readyz.
        ("NodeGauges.cs", ""), // Descriptions of metrics.
        ("HoldGauges.cs", ""), // Descriptions of metrics.
        ("NodeHost.cs", "This is the first admin key"), // serve says it in both languages, a line each.
        ("ForeignErrors.cs", "The node that holds"), // The Chinese words are put in.
        ("ValueText.cs", ""), // Lines of values, for programs too.
        // Lines of the audit log, and of the node's own log.
        ("ReadersCommand.cs", "{reader.Name} from"),
        ("HandleExportCommand.cs", "all prefixes"),
        ("ExportCommand.cs", "all templates"),
        ("EventListCommand.cs", "events list"),
        ("LongOutput.cs", "standard output"),
        ("LogReaderWork.cs", "taken:"),
        ("AuditCommand.cs", "audit export"),
        ("HandleImportCommand.cs", "handle import"),
        ("HandleImportCommand.cs", "standard input"),
        ("HandleExportCommand.cs", "handle export"),
        ("LogCommand.cs", "log restart"),
        // Help, which has a test of its own.
        ("AuditCommand.cs", "Only lines"),
        ("AuditCommand.cs", " Such as"),
        // Names.
        ("DataKeyWork.cs", "data keys"),
        ("AuditExportWork.cs", "audit export"),
        ("KeyExpiryWork.cs", "key expiry"),
        // Descriptions of metrics.
        ("KeyExpiryWork.cs", "Valid API keys"),
        ("AuditWork.cs", "What should be"),
        ("SiteOptions.cs", "IdResolution node"),
        ("FirstStart.cs", "first admin key"),
        ("LogNamingWork.cs", "log name"),
        ("Doctor.cs", "log readers"),
        ("Doctor.cs", "data keys"),
        ("DocumentCheck.cs", "API keys"),
        ("ObjectCheck.cs", "object counter"),
        ("SqliteRestore.cs", "mark restored"),
        ("LogRestart.cs", "skip numbers"),
        ("StepRunner.cs", "{step.Name} (looking first)"),
        ("UpstreamReconcileWork.cs", "upstream reconcile"),
        ("UpstreamRouteWork.cs", "upstream route"),
        ("UpstreamCountsWork.cs", "upstream counts"),
        // Parts of SQL.
        ("LostIdentifierTable.cs", ""),
        ("BusinessKeyStep.cs", "(source ="),
    ];

    [Test]
    public void Messages_OfVerbs_HaveChineseBesideTheEnglish()
    {
        var (messages, alone) = (0, new List<string>());
        foreach (var (file, source) in Sources(s_folders))
        {
            var literals = SourceTexts.Of(source);
            for (var i = 0; i < literals.Count; i++)
            {
                if (!IsEnglish(literals[i].Text) || IsOther(file, literals, i))
                {
                    continue;
                }
                messages++;
                if (!HasChineseBehind(literals, i))
                {
                    alone.Add($"{file}:{literals[i].Line}: {literals[i].Text}");
                }
            }
        }

        Assert.That(alone, Is.Empty);
        Assert.That(messages, Is.GreaterThan(250));
    }

    [Test]
    public void Messages_OfVerbs_GoThroughTheTerminal()
    {
        // The last two have no terminal: the command line is not understood, or work of the store reports.
        string[] own = ["Terminal.cs", "IdnodeCommand.cs", "StepProgress.cs"];

        var others = Sources(s_folders[..1])
            .Where(source => !own.Contains(Path.GetFileName(source.File)) && Written().IsMatch(source.Text))
            .Select(source => source.File);

        Assert.That(others, Is.Empty);
    }

    [TestCase("""terminal.Say($"a few {(b ? "x" : "y")} words", "几个字");""", true)]
    [TestCase("""terminal.Say("a few words " + "and more", $"几个{c}字");""", true)]
    [TestCase("""terminal.Say("a few words", "a few words");""", false)]
    [TestCase("""terminal.Out.WriteLine("a few words"); Say("x", "几个字");""", false)]
    [TestCase("""throw new OperatorException(a ? "a few words" : "other words", "几个字");""", false)]
    public void Source_Read_TellsWhetherChineseIsBeside(string source, bool isBeside)
    {
        var literals = SourceTexts.Of(source);
        Assert.That(IsEnglish(literals[0].Text), Is.True);
        Assert.That(HasChineseBehind(literals, 0), Is.EqualTo(isBeside));
    }

    private static IEnumerable<(string File, string Text)> Sources(string[] folders) =>
        from folder in folders
        from path in Directory.EnumerateFiles(RepositoryFolder.PathOf(folder), "*.cs", SearchOption.AllDirectories)
        where Path.GetFileName(path) != "ChineseHelp.cs"
        select (path, File.ReadAllText(path));

    /// <summary>True for words in a row that are neither SQL nor a help text, which has a test of its own.</summary>
    private static bool IsEnglish(string literal) =>
        !literal.TrimStart('$').StartsWith("\"\"\"", StringComparison.Ordinal)
        && !Han().IsMatch(literal)
        && !Sql().IsMatch(literal)
        && Words().IsMatch(Hole().Replace(literal, ""));

    private static bool IsOther(string file, List<SourceTexts.Literal> literals, int at)
    {
        while (at > 0 && Joined().IsMatch(literals[at].Before))
        {
            at--;
        }
        var (text, before) = (literals[at].Text.TrimStart('$').Trim('"'), literals[at].Before);
        return text.StartsWith("idnode ", StringComparison.Ordinal)
            || NotForTheScreen().IsMatch(before)
            || s_others.Any(other =>
                Path.GetFileName(file) == other.File && text.StartsWith(other.Text, StringComparison.Ordinal)
            );
    }

    private static bool HasChineseBehind(List<SourceTexts.Literal> literals, int at)
    {
        while (++at < literals.Count)
        {
            var literal = literals[at];
            if (!Joined().IsMatch(literal.Before))
            {
                return NextArgument().IsMatch(literal.Before) && Han().IsMatch(literal.Text);
            }
        }
        return false;
    }

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();

    [GeneratedRegex("[A-Za-z]{2,},? {1,2}[a-z]{2,}")]
    private static partial Regex Words();

    [GeneratedRegex(@"\{(?:[^{}]|\{[^{}]*\})*\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"\b(?:SELECT|INSERT|UPDATE|DELETE|PRAGMA|FROM|WHERE|VALUES|ORDER BY)\b")]
    private static partial Regex Sql();

    [GeneratedRegex(@"^[\s+]*$")]
    private static partial Regex Joined();

    [GeneratedRegex("^[^;:]*,[^;]*$")]
    private static partial Regex NextArgument();

    [GeneratedRegex(
        @"(?:Description\s*=|Message\s*=|new (?:IOException|InvalidDataException|InvalidOperationException)\()\s*$"
    )]
    private static partial Regex NotForTheScreen();

    [GeneratedRegex(@"\bError\.Write|\bConsole\.(?:Out|Error|Write)(?!\.Is|;)")]
    private static partial Regex Written();
}
