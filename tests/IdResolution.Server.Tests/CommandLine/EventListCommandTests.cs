using System.Text.Json;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary><c>events list</c> on events of a store of its own.</summary>
[TestFixture]
public sealed class EventListCommandTests : CommandLineFixture
{
    private const string Roll = Prefix + "/roll";

    [SetUp]
    public async Task FillAsync()
    {
        await InitAsync();
        var lines = Write(
            "events.jsonl",
            $$"""
            {"type":"transform","time":"2026-03-01T08:00:00Z","inputs":["{{Roll}}"],"outputs":["{{Prefix}}/A","{{Prefix}}/B","{{Prefix}}/C"],"equipment":"press 3","place":"Hall 1","source":"mes","sourceKey":"E-1"}
            {"type":"move","time":"2026-03-01T09:00:00Z","items":["{{Prefix}}/A"],"place":"Hall 2","step":"10"}
            {"type":"hold","time":"2026-03-01T10:00:00Z","items":["{{Roll}}"],"reason":"过薄"}
            """
        );
        await DoAsync("events", "import", lines, "--data", Data);
    }

    [Test]
    public async Task List_Table_HasALineForEachEvent()
    {
        var lines = (await DoAsync("events", "list", "--data", Data)).TrimEnd().Split('\n');

        Assert.That(lines, Has.Length.EqualTo(4));
        Assert.That(lines[0], Does.Match("^TIME +TYPE +STATUS +ITEMS +INTO +PLACE +STEP +EVENT"));
        Assert.That(
            lines[1],
            Does.Match($@"^2026-03-01T08:00:00\S* +transform +active +{Roll} +{Prefix}/A, {Prefix}/B \(\+1\) +Hall 1 +")
        );
        Assert.That(lines[2], Does.Match(@" move .* Hall 2 +10 +[0-9a-f-]{36}\s*$"));
    }

    [TestCase("A,A", "--item", "88.300.1/A")]
    [TestCase("B", "--item", "88.300.1/B")]
    [TestCase("hold", "--type", "hold")]
    [TestCase("move", "--place", "Hall 2")]
    [TestCase("transform", "--equipment", "press 3")]
    [TestCase("move,hold", "--from", "2026-03-01T09:00:00Z")]
    [TestCase("transform", "--to", "2026-03-01T09:00:00Z")]
    [TestCase("hold,move,transform", "--order", "desc")]
    [TestCase("transform", "--source", "mes", "--source-key", "E-1")]
    [TestCase("", "--place", "Hall 2", "--type", "hold")]
    public async Task List_Filter_IsThatOfTheCall(string expected, params string[] filter)
    {
        var output = await DoAsync(["events", "list", "--data", Data, "--format", "jsonl", .. filter]);

        var types = Types(output);
        Assert.That(
            types,
            expected switch
            {
                "A,A" => Is.EqualTo(["transform", "move"]),
                "B" => Is.EqualTo(["transform"]),
                _ => Is.EqualTo(expected.Split(',', StringSplitOptions.RemoveEmptyEntries)),
            }
        );
    }

    [TestCase("table")]
    [TestCase("json")]
    [TestCase("jsonl")]
    public async Task List_Limit_EndsThePage_AndAfterGoesOn(string format)
    {
        string[] command = ["events", "list", "--data", Data, "--format", format];

        var first = await RunAsync([.. command, "--limit", "2"]);
        var cursor = first.Error.Trim().Split(' ')[^1];
        var second = await RunAsync([.. command, "--after", cursor]);

        Assert.That((first.Code, second.Code), Is.EqualTo((0, 0)), first.Error + second.Error);
        Assert.That(first.Output, Does.Contain("transform").And.Contain("move").And.Not.Contain("hold"));
        Assert.That(first.Error, Does.Contain("go on with --after "));
        Assert.That(second.Output, Does.Contain("hold").And.Not.Contain("transform"));
        Assert.That(second.Error, Does.Not.Contain("--after"));
        if (format == "json")
        {
            var page = JsonSerializer.Deserialize<JsonElement>(first.Output);
            Assert.That(page.GetProperty("next").GetString(), Is.EqualTo(cursor));
            Assert.That(page.GetProperty("items").GetArrayLength(), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task List_Lines_GoThroughAllPages_IntoAFile()
    {
        const int Count = 2_500;
        var lines = Enumerable
            .Range(0, Count)
            .Select(i => $$"""{"type":"observe","time":"2026-04-01T08:00:00Z","items":["{{Prefix}}/N-{{i}}"]}""");
        await DoAsync("events", "import", Write("many.jsonl", string.Join('\n', lines)), "--data", Data);
        var file = Path.Combine(Root, "out.jsonl");

        var ran = await RunAsync([
            "events",
            "list",
            "--data",
            Data,
            "--type",
            "observe",
            "--format",
            "jsonl",
            "--output",
            file,
        ]);

        Assert.That((ran.Code, ran.Output), Is.EqualTo((0, "")), ran.Error);
        var items = (await File.ReadAllLinesAsync(file))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("items")[0].ToString())
            .ToList();
        Assert.That(items, Has.Count.EqualTo(Count));
        Assert.That(items, Is.Unique);
    }

    [Test]
    public async Task List_BadInput_NamesEachFault()
    {
        var options = await RunAsync([
            "events",
            "list",
            "--data",
            Data,
            "--from",
            "yesterday",
            "--after",
            "x",
            "--limit",
            "1001",
        ]);
        var item = await RunAsync("events", "list", "--data", Data, "--item", "x", "--format", "jsonl");
        var key = await RunAsync("events", "list", "--data", Data, "--source", "mes", "--source-key", "none");

        Assert.That((options.Code, item.Code, key.Code), Is.EqualTo((1, 1, 1)));
        Assert.That(options.Error, Does.Contain("--from:").And.Contain("--after:").And.Contain("--limit:"));
        Assert.That(item.Error, Does.Contain("item"));
        Assert.That(key.Error, Does.Contain("none"));
    }

    private static string[] Types(string output) =>
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("type").GetString()!),
        ];
}
