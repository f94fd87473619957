using System.Text.Json;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>Each verb that takes an identifier says of one that is mistyped what may be meant.</summary>
[TestFixture]
public sealed class MistypedCommandTests : CommandLineFixture
{
    [Test]
    public async Task Import_OfWhatIsMistyped_TakesItAndNamesTheRow()
    {
        var (right, wrong) = await GivenAsync();
        var misread = $"{right[..^1]}{(right[^1] == 'A' ? 'B' : 'A')}";
        var rows = Write("items.csv", $"Id,name\n{right[..right.IndexOf('/')]}/own-1,a\n{wrong},b\n");
        var lines = Write("items.jsonl", $$"""{"template":"part","identifier":"{{misread}}"}""");
        var events = Write(
            "events.jsonl",
            $$"""
            {"type":"observe","items":["{{right}}"],"time":"2026-03-01T08:00:00Z"}
            {"type":"observe","items":["{{right[..^1]}}{{(
                right[^1] == 'C' ? 'D' : 'C'
            )}}"],"time":"2026-03-01T08:00:00Z"}
            """
        );

        foreach (
            var (verb, taken, named) in new[]
            {
                ($"import {rows} --template part --identifier-column Id --dry-run", "new 2", "row 2: " + wrong),
                ($"import {lines} --dry-run", "registered 1", "line 1: " + misread),
                ($"events import {events} --dry-run", "new 2", "line 2: "),
                ($"import {rows} --template part --identifier-column Id", "registered 2", "row 2: " + wrong),
                ($"import {lines}", "registered 1", "line 1: " + misread),
                ($"events import {events}", "recorded 2", "line 2: "),
            }
        )
        {
            var ran = await RunAsync([.. verb.Split(' '), "--data", Data]);

            Assert.That(ran.Code, Is.Zero, ran.Error);
            Assert.That(ran.Error + ran.Output, Does.Contain(taken).And.Contain(named), verb);
            Assert.That(
                (ran.Error + ran.Output).Split("mistyped or misread"),
                Has.Length.EqualTo(2),
                verb + ran.Error + ran.Output
            );
        }
    }

    [Test]
    public async Task Mistyped_IsSaidByEveryVerb()
    {
        var (right, wrong) = await GivenAsync();

        foreach (
            var verb in new[]
            {
                "resolve",
                "where",
                "story",
                "trace",
                "life",
                "calibration",
                "fulfilment",
                "label --public-url https://node.example --order",
                "events list --item",
                "business-key add --source mes --key K",
                "scan",
                "erase --all --yes",
            }
        )
        {
            var ran = await RunAsync([.. verb.Split(' '), wrong, "--data", Data]);

            Assert.That(ran.Code, Is.EqualTo(1), verb + ran.Error);
            Assert.That(ran.Error + ran.Output, Does.Contain("mistyped or misread").And.Contain(right), verb);
        }
    }

    /// <summary>An identifier that a rule with a check character gave, and a misreading of it.</summary>
    private async Task<(string Right, string Wrong)> GivenAsync()
    {
        await InitAsync();
        var file = Write(
            "part.json",
            """
            {"codingRules":[{"code":"part","pattern":"P-{seq:6}{check}"}],
             "templates":[{"code":"part","codingRule":"part","attributes":[{"code":"name","type":"text"}]}]}
            """
        );
        await DoAsync("template", "import", file, "--data", Data);
        var made = await DoAsync("register", "--data", Data, "--template", "part");
        var right = JsonDocument.Parse(made).RootElement.GetProperty("identifier").GetString()!;
        return (right, right[..^7] + right[^7..].Replace('0', 'O'));
    }
}
