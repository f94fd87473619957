using System.Text.RegularExpressions;
using IdResolution.Testing;

namespace IdResolution.Server.Tests;

/// <summary>
/// Holds <c>docs/asvs.md</c> to the requirements of the standard, to the tests that it names, and to its own counts.
/// </summary>
[TestFixture]
public sealed partial class AsvsDocumentTests
{
    // Levels 1 and 2 of OWASP ASVS 4.0.3; those of level 3 alone and those that were deleted are left out.
    private const string Ranges = """
        1.1.1-7 1.2.1-4 1.4.1 1.4.4-5 1.5.1-4 1.6.1-4 1.7.1-2 1.8.1-2 1.9.1-2 1.10.1 1.11.1-2 1.12.2 1.14.1-6
        2.1.1-12 2.2.1-3 2.3.1-3 2.4.1-6 2.5.1-7 2.6.1-3 2.7.1-6 2.8.1-7 2.9.1-3 2.10.1-4
        3.1.1 3.2.1-4 3.3.1-4 3.4.1-5 3.5.1-3 3.7.1
        4.1.1-3 4.1.5 4.2.1-2 4.3.1-3
        5.1.1-5 5.2.1-8 5.3.1-10 5.4.1-3 5.5.1-4
        6.1.1-3 6.2.1-6 6.3.1-2 6.4.1-2
        7.1.1-4 7.2.1-2 7.3.1 7.3.3-4 7.4.1-3
        8.1.1-4 8.2.1-3 8.3.1-8
        9.1.1-3 9.2.1-4
        10.2.1-2 10.3.1-3
        11.1.1-8
        12.1.1-3 12.2.1 12.3.1-6 12.4.1-2 12.5.1-2 12.6.1
        13.1.1 13.1.3-5 13.2.1-3 13.2.5-6 13.3.1-2 13.4.1-2
        14.1.1-4 14.2.1-6 14.3.2-3 14.4.1-7 14.5.1-4
        """;

    private static readonly string s_document = RepositoryFolder.Read("docs", "asvs.md");

    private static readonly List<string> s_required = [.. Ranges.Split((char[])[' ', '\n']).SelectMany(NumbersOf)];

    private static readonly List<(string Numbers, string Asked, string State, string Shown)> s_rows =
    [
        .. s_document
            .Split('\n')
            .Where(line => Row().IsMatch(line))
            .Select(line => line.Split('|'))
            .Select(cells => (cells[1].Trim(), cells[2].Trim(), cells[3].Trim(), string.Join('|', cells[4..]).Trim())),
    ];

    [Test]
    public void Rows_AreTheRequirementsOfLevels1And2_InOrder() =>
        Assert.That(s_rows.SelectMany(row => Covered(row.Numbers)), Is.EqualTo(s_required));

    [Test]
    public void Rows_SayInFewWordsWhatIsAsked_AndBelowTheirChapter()
    {
        var chapter = "";
        foreach (var line in s_document.Split('\n'))
        {
            chapter = Chapter().Match(line) is { Success: true } heading ? heading.Groups[1].Value : chapter;
            Assert.That(!Row().IsMatch(line) || line.StartsWith($"| {chapter}.", StringComparison.Ordinal), line);
        }
        foreach (var (numbers, asked, state, shown) in s_rows)
        {
            Assert.That(asked.Split(' ').Length, Is.InRange(3, 10), numbers);
            Assert.That(state, Is.AnyOf("met", "partly", "not met", "n/a"), numbers);
            Assert.That(shown.TrimEnd('|', ' '), Is.Not.Empty.And.Not.Contain("|"), numbers);
        }
    }

    [Test]
    public void Counts_AreThoseOfTheRows()
    {
        var counted = s_rows.GroupBy(row => row.State, row => Covered(row.Numbers).Count);

        Assert.That(
            Count().Matches(s_document).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}"),
            Is.EquivalentTo(counted.Select(state => $"{state.Key} {state.Sum()}"))
        );
    }

    [Test]
    public void Tests_ThatRowsName_AreThere()
    {
        var sources = Directory
            .EnumerateFiles(RepositoryFolder.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .SelectMany(text => Class().Matches(text).Select(m => (Name: m.Groups[1].Value, Text: text)))
            .ToLookup(source => source.Name, source => source.Text);
        var named = Test().Matches(s_document).Select(m => (Fixture: m.Groups[1].Value, Method: m.Groups[2].Value));

        Assert.That(named.Count(), Is.GreaterThan(200));
        Assert.That(
            named
                .Where(test => !sources[test.Fixture].Any(text => Has(text, test.Method)))
                .Select(t => $"{t}")
                .Distinct(),
            Is.Empty
        );
    }

    private static bool Has(string text, string method) =>
        method.Length == 0 || Regex.IsMatch(text, $@"public (async )?(void|Task) {method}\(");

    /// <summary>The numbers of a range of one section, such as <c>1.1.1-7</c>.</summary>
    private static IEnumerable<string> NumbersOf(string range)
    {
        var (section, ends) = (range[..range.LastIndexOf('.')], range[(range.LastIndexOf('.') + 1)..].Split('-'));
        return Enumerable
            .Range(int.Parse(ends[0]), int.Parse(ends[^1]) - int.Parse(ends[0]) + 1)
            .Select(number => $"{section}.{number}");
    }

    /// <summary>What a row is for: one requirement, or all from one to another.</summary>
    private static List<string> Covered(string numbers)
    {
        var (first, last) = (s_required.IndexOf(numbers.Split('–')[0]), s_required.IndexOf(numbers.Split('–')[^1]));
        return first < 0 || last < first ? [numbers] : s_required.GetRange(first, last - first + 1);
    }

    [GeneratedRegex(@"^\| \d")]
    private static partial Regex Row();

    [GeneratedRegex(@"^## V(\d+) ")]
    private static partial Regex Chapter();

    [GeneratedRegex(@"^\| (met|partly|not met|n/a) \| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Count();

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"`([A-Z]\w*(?:Tests|Contract))(?:\.(\w+))?`")]
    private static partial Regex Test();
}
