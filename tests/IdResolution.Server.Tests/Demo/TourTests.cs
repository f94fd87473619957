using System.Text.RegularExpressions;
using IdResolution.Server.Tests.Deployment;
using IdResolution.Server.Tests.Faults;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Demo;

/// <summary>Runs the commands of the tour against a node with the demonstration plant.</summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed partial class TourTests
{
    [TestCase("tour.md")]
    [TestCase("tour.zh-CN.md")]
    public async Task Tour_AsItIsPrinted_GivesItsAnswers(string file)
    {
        Programs.Require("curl");

        var said = await RunAsync(RepositoryFolder.Read("docs", file));

        Assert.That(said.Values, Has.All.Not.Contains("traceId"), "a call was refused");
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
        var tour = Bare(RepositoryFolder.Read("docs", "tour.md"));

        var asked = Call().Matches(calls.Value).Select(call => Bare(call.Value)).ToList();

        Assert.That(asked, Has.Count.EqualTo(9));
        Assert.That(asked.Where(call => !tour.Contains(call, StringComparison.Ordinal)), Is.Empty);

        static string Bare(string text) =>
            string.Concat(text.Where(c => !char.IsWhiteSpace(c))).Replace("\"", "", StringComparison.Ordinal);
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
            '{{NodeProcess.Executable}}' demo $at | grep -E '^(before|after)=' > artifacts/demo/keys
            for role in registrar reader; do
              key=$('{{NodeProcess.Executable}}' key create $at --role $role | tail -n 1)
              echo "$role=$key" >> artifacts/demo/keys
            done
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
            var end = output.IndexOf($"\n=== end of {name}\n", StringComparison.Ordinal);
            said[name] = output[at..end];
            at = end;
        }
        return said;
    }

    [GeneratedRegex(@"^```sh (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(?:ask|post) .*(?:\n  .*)*", RegexOptions.Multiline)]
    private static partial Regex Call();
}
