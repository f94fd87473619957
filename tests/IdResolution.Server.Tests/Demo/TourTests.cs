using System.Globalization;
using System.Text.RegularExpressions;
using IdResolution.Core.CodingRules;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Demo;

/// <summary>Runs the commands of the tour against a node with the demonstration plant.</summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed partial class TourTests
{
    private const string Secret = "00112233445566778899aabbccddeeff";

    private static string Tour => RepositoryFolder.Read("docs", "tour.md");

    [TestCase("tour.md")]
    [TestCase("tour.zh-CN.md")]
    public async Task Tour_AsItIsPrinted_GivesItsAnswers(string file)
    {
        Programs.Require("curl");

        var document = RepositoryFolder.Read("docs", file);
        var said = await RunAsync(document);

        Assert.That(said.Values, Has.All.Not.Contains("traceId"), "a call was refused");
        AssertSaysWhatIsPrinted(document, said);
        AssertEachDateHasItsOwn(said["service"], "ACP");
        AssertEachDateHasItsOwn(said["service"], "SWP");
        foreach (var (block, parts) in Answers)
        {
            // The call and the command both say it.
            foreach (var part in parts)
            {
                Assert.That(
                    Regex.Count(said[block], part),
                    Is.GreaterThanOrEqualTo(2),
                    $"{block} says {part}: {said[block]}"
                );
            }
        }
    }

    [TestCase("README.md")]
    [TestCase("README.zh-CN.md")]
    public void CallsOfTheReadme_AreThoseOfTheTour(string file)
    {
        var calls = Block().Matches(RepositoryFolder.Read(file)).Single(b => b.Groups[1].Value == "plant").Groups[2];
        var tour = Bare(Tour);

        var asked = Call().Matches(calls.Value).Select(call => Bare(call.Value)).ToList();

        Assert.That(asked, Has.Count.EqualTo(9));
        Assert.That(asked.Where(call => !tour.Contains(call, StringComparison.Ordinal)), Is.Empty);

        static string Bare(string text) =>
            string.Concat(text.Where(c => !char.IsWhiteSpace(c))).Replace("\"", "", StringComparison.Ordinal);
    }

    [Test]
    public void Tours_InBothLanguages_PrintTheSame()
    {
        Assert.That(Blocks(RepositoryFolder.Read("docs", "tour.zh-CN.md")), Is.EqualTo(Blocks(Tour)));

        static List<string> Blocks(string document) => [.. AnyBlock().Matches(document).Select(block => block.Value)];
    }

    /// <summary>
    /// Below each block stands the beginning of what it says, with <c>…</c> for what is left out. All else must be said
    /// word for word, but for what another day of the first start changes.
    /// </summary>
    private static void AssertSaysWhatIsPrinted(string document, Dictionary<string, string> said)
    {
        var printed = Printed().Matches(document).ToDictionary(b => b.Groups[1].Value, b => b.Groups[2].Value);
        Assert.That(printed.Keys, Is.EquivalentTo(Answers.Keys), "each has its answer");
        foreach (var (block, text) in printed)
        {
            var (answer, at) = (OnAnyDay(said[block]), 0);
            foreach (var part in OnAnyDay(text).Split('…', StringSplitOptions.RemoveEmptyEntries))
            {
                var found = answer.IndexOf(part, at, StringComparison.Ordinal);
                Assert.That(found, at == 0 ? Is.Zero : Is.Not.Negative, $"{block} says {part}: {answer}");
                at = found + part.Length;
            }
        }
    }

    /// <summary>
    /// Without white space, by which call and command differ, and without what depends on the day of the first start or
    /// on the run: days, the rest of an event's identity behind its number, the port.
    /// </summary>
    private static string OnAnyDay(string text)
    {
        text = Dated().Replace(text, identifier => $"{identifier.Groups[1].Value}-DAY-{PlaceOf(identifier)}");
        text = Vehicle().Replace(text, "VEH-DAY-$1");
        text = Day().Replace(text, "DAY");
        text = EventIdentity().Replace(text, "$1…");
        text = Port().Replace(text, "127.0.0.1:8080");
        return string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    }

    /// <summary>
    /// Which of the identifiers of its day it is. Numbers whose check character would look like a digit are not given,
    /// and which these are depends on the day.
    /// </summary>
    private static int PlaceOf(Match identifier)
    {
        var head = $"{identifier.Groups[1].Value}-{identifier.Groups[2].Value}-";
        var digits = identifier.Groups[3].Value;
        var last = int.Parse(digits, CultureInfo.InvariantCulture);
        Assert.That(identifier.Groups[4].Value, Is.EqualTo($"{Check(last)}"), $"the check of {identifier.Value}");
        return Enumerable.Range(1, last).Count(number => Check(number) is not ('O' or 'I'));

        char Check(int number)
        {
            var text = head + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits.Length, '0');
            Assert.That(Mod37_36.TryCompute(text, out var check, out _), Is.True);
            return check;
        }
    }

    /// <summary>Of four answers, by call and by command, those of a date say the same, and others otherwise.</summary>
    private static void AssertEachDateHasItsOwn(string said, string code)
    {
        var items = Regex.Matches(said, $"^[^,]+/{code}-[^,]+", RegexOptions.Multiline).Select(one => one.Value);
        Assert.That(items.ToArray(), Has.Length.EqualTo(4), said);
        Assert.That(items.Take(2), Is.EqualTo(items.Skip(2)).And.Unique, "each date has its own");
    }

    private static readonly Dictionary<string, string[]> Answers = new()
    {
        ["roll"] = [",vehicle,6,", ",order,[67],.*远航专用车"],
        // The press that drifts, in a span.
        ["press"] = ["EQP-0000075", "2[0-9-]+[T ][0-9:.]+Z"],
        ["pallet"] = ["\"complete\": ?true", "\"items\": ?7", "ACP-"],
        ["labels"] = ["ACP-"],
        ["refused"] = ["\"Held\"", "OlderFirst", "CalibrationOverdue"],
        ["place"] = ["WrongPlace"],
        ["missing"] = ["STK-[0-9]+-00050[0-9A-Z]", "\"mea\""],
        ["certificate"] = ["sha-256:[0-9a-f]{64}"],
        ["service"] = [",air-compressor,1,", ",software-package,2,"],
        ["firmware"] =
        [
            "\"firmwareVersion\",\\s*\"value\": ?\"5.0.2\"",
            "\"firmwareVersion\",\\s*\"value\": ?\"5.1.0\"",
        ],
        ["carbon"] = ["kgCO2e"],
        ["platinum"] = ["GRM"],
        ["scrap"] = ["\"platinumRecovered\",\"value\":6.9"],
    };

    /// <summary>Runs the blocks one after the other, and gives what each said.</summary>
    private static async Task<Dictionary<string, string>> RunAsync(string document)
    {
        var names = Block().Matches(document).Select(block => block.Groups[1].Value).ToList();
        Assert.That(names, Is.EquivalentTo(Answers.Keys.Prepend("start")));
        var script = $$"""
            trap 'kill $node; wait' EXIT
            mkdir -p artifacts/demo
            at='--data artifacts/demo/data'
            '{{NodeProcess.Executable}}' init $at --prefix 88.300.15907541011 > init
            # As demo.sh does: the numbers of all that comes after it in the log are printed.
            for role in registrar reader partner; do
              key=$('{{NodeProcess.Executable}}' key create $at --role $role | tail -n 1)
              echo "$role=$key" >> artifacts/demo/keys
            done
            echo '{"handle":"88.300.15907541011/ADMIN","values":[{"index":300,"type":"HS_SECKEY","data":"{{Secret}}"}]}' \
              > admin.json
            '{{NodeProcess.Executable}}' handle import $at admin.json > import
            '{{NodeProcess.Executable}}' demo $at | grep -E '^(before|after)=' >> artifacts/demo/keys
            '{{NodeProcess.Executable}}' serve $at --http 127.0.0.1:0 --grpc 127.0.0.1:0 \
              --handle 127.0.0.1:0 > ready 2> log &
            node=$!
            until grep -q '^ready' ready; do kill -0 $node; sleep 0.1; done
            node_at=$(sed -n 's/^ready .*"http":"\([^"]*\)".*/\1/p' ready)

            """;
        foreach (Match block in Block().Matches(document))
        {
            script += $"{block.Groups[2].Value}\necho '\n=== end of {block.Groups[1].Value}'\n";
        }
        script = script
            .Replace("127.0.0.1:8080", "$node_at", StringComparison.Ordinal)
            .Replace("artifacts/demo/app/idnode", $"'{NodeProcess.Executable}'", StringComparison.Ordinal);

        var output = await DocumentProgram.RunAsync("```sh all\n\n```", "all", _ => script);

        var said = new Dictionary<string, string>();
        var at = 0;
        foreach (var name in names)
        {
            var mark = $"\n=== end of {name}\n";
            var end = output.IndexOf(mark, StringComparison.Ordinal);
            said[name] = output[at..end];
            at = end + mark.Length;
        }
        return said;
    }

    [GeneratedRegex(@"^```sh (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex AnyBlock();

    [GeneratedRegex(@"^```sh (\S+)\n[^`]*^```\n\n```text\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Printed();

    [GeneratedRegex("(?<=/)([A-Z]{3,4})-([0-9]{6})-([0-9]+)([0-9A-Z])(?![0-9A-Z])")]
    private static partial Regex Dated();

    [GeneratedRegex("VEH-[0-9A-Z]{14}([0-9]{3})")]
    private static partial Regex Vehicle();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}")]
    private static partial Regex Day();

    [GeneratedRegex("(0{8}-[0-9a-f]{4})(?:-[0-9a-f]{4}){2}-[0-9a-f]{12}")]
    private static partial Regex EventIdentity();

    [GeneratedRegex("127[.]0[.]0[.]1:[0-9]+")]
    private static partial Regex Port();

    [GeneratedRegex(@"^(?:ask|post) .*(?:\n  .*)*", RegexOptions.Multiline)]
    private static partial Regex Call();
}
