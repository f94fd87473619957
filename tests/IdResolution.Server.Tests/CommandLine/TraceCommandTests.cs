using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary><c>trace</c> on events of a store of its own.</summary>
[TestFixture]
public sealed class TraceCommandTests : CommandLineFixture
{
    private const string Roll = Prefix + "/roll";
    private const string Stack = Prefix + "/stack-电堆";
    private const string Car = Prefix + "/car";

    [SetUp]
    public async Task FillAsync()
    {
        await InitAsync();
        using var node = await OpenAsync();
        EventRequest[] events =
        [
            new()
            {
                Type = "transform",
                Time = "2026-03-01T10:00:00Z",
                Inputs =
                [
                    new()
                    {
                        Identifier = Roll,
                        Quantity = "2.5",
                        Unit = "MTK",
                    },
                ],
                Outputs = [new() { Identifier = Stack }],
            },
            new()
            {
                Type = "assemble",
                Time = "2026-03-01T11:00:00Z",
                Parent = new() { Identifier = Car },
                Children = [new() { Identifier = Stack }],
            },
        ];
        var recorded = await node.Get<EventRecorder>().RecordAsync(events, Caller.CommandLine, CancellationToken.None);
        Assert.That(recorded.Select(result => result.Error?.Message.En), Has.All.Null);
    }

    [Test]
    public async Task Item_WhoseValuesWereErased_IsTracedScannedAndNamedByEventsAsBefore()
    {
        var id = Prefix + "/erased";
        await DoAsync([
            "register",
            "--data",
            Data,
            "--template",
            "stack",
            "--identifier",
            id,
            "--attribute",
            "model=secret-7",
        ]);
        var file = Write(
            "links.jsonl",
            $$"""{"from":"{{Car}}","type":"contains","to":"{{id}}","time":"2026-03-01T12:00:00Z"}"""
        );
        await DoAsync("events", "import", file, "--data", Data);

        await DoAsync("erase", id, "--all", "--yes", "--data", Data);

        var trace = await DoAsync("trace", id, "--direction", "forward", "--data", Data);
        Assert.That(trace, Does.Contain(Car).And.Contain("\"template\":\"stack\"").And.Not.Contain("secret-7"));
        Assert.That(await DoAsync("where", id, "--data", Data), Does.Contain($"\"parent\": \"{Car}\""));
        Assert.That(await DoAsync("scan", id, "--do", "use", "--data", Data), Does.Contain("\"allowed\": true"));
        var moved = Write(
            "moved.jsonl",
            $$"""{"type":"move","time":"2026-03-01T13:00:00Z","items":["{{id}}"],"place":"Store 1"}"""
        );
        await DoAsync("events", "import", moved, "--data", Data);
        Assert.That(await DoAsync("where", id, "--data", Data), Does.Contain("Store 1"));
    }

    [TestCase("trace", Car, "--at", "now")]
    [TestCase("trace", Car, "--explain", "word")]
    [TestCase("analyse", "rollup", Car, "--function", "sum", "--attribute", "cost", "--at", "now")]
    public async Task Options_ThatAreWrong_AreToldBeforeTheStoreIsOpened(params string[] arguments)
    {
        var ran = await RunAsync([.. arguments, "--data", Path.Combine(Root, "none")]);

        Assert.That(ran.Code, Is.EqualTo(1), ran.Error);
        Assert.That(ran.Error, Does.Contain(arguments[^2]).And.Not.Contain("none"));
    }

    [TestCase("json")]
    [TestCase("ndjson")]
    public async Task Trace_ToAFile_LeavesTwoLines(string format)
    {
        var file = Path.Combine(Root, "out.json");
        Assert.That((await RunAsync("trace", Car, "--data", Data, "--format", format)).Code, Is.Zero);

        var ran = await RunAsync("trace", Car, "--data", Data, "--format", format, "--output", file);

        Assert.That(ran.Code, Is.Zero, ran.Error);
        using var node = await OpenAsync();
        var lines = await node.Get<IAuditStore>().ReadAsync(new AuditQuery(), 100, CancellationToken.None);
        Assert.That(
            lines
                .Where(line => line.Action.StartsWith("trace", StringComparison.Ordinal))
                .Select(line => (line.Action, line.Target, line.Outcome, line.Count)),
            Is.EqualTo([("trace ended", $"{Car} to {file}", "done", 3L), ("trace", $"{Car} to {file}", "done", 1L)])
        );
    }

    [Test]
    public async Task TraceWhereAndStory_OfAUri_ReadItAsRecordingDoes()
    {
        const string Epc = "urn:epc:id:sgtin:6912345.011122.7";
        const string Link = "https://id.gs1.org/01/06912345111225/21/7";
        using (var node = await OpenAsync())
        {
            var assemble = new EventRequest
            {
                Type = "assemble",
                Time = "2026-03-01T12:00:00Z",
                Parent = new() { Identifier = Stack },
                Children = [new() { Text = Epc }],
            };
            var recorder = node.Get<EventRecorder>();
            var recorded = await recorder.RecordAsync([assemble], Caller.CommandLine, CancellationToken.None);
            Assert.That(recorded[0].IsOk, recorded[0].Error?.Message.En);
        }

        var trace = await RunAsync("trace", Link, "--data", Data, "--direction", "forward", "--explain", Car);
        var where = await RunAsync("where", Link, "--data", Data);
        var story = await RunAsync("story", Link, "--data", Data);
        var none = await RunAsync("where", Link + "1", "--data", Data);

        Assert.That(trace.Error, Does.Contain("complete: 3 items"));
        Assert.That(where.Code, Is.Zero, where.Error);
        var parent = JsonSerializer.Deserialize<JsonElement>(where.Output).GetProperty("parent").GetString();
        Assert.That(parent, Is.EqualTo(Stack));
        Assert.That(
            story.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Has.Length.EqualTo(1),
            story.Error
        );
        Assert.That(none.Code, Is.Not.Zero);
        Assert.That(none.Error, Does.Contain(Link + "1"));
    }

    [Test]
    public async Task Trace_Forward_WritesJsonAndSaysThatItIsComplete()
    {
        var ran = await RunAsync("trace", Roll, "--data", Data, "--direction", "forward");

        var json = JsonSerializer.Deserialize<JsonElement>(ran.Output);
        Assert.Multiple(() =>
        {
            Assert.That(ran.Code, Is.Zero, ran.Error);
            Assert.That(ran.Error, Does.Contain("complete: 3 items"));
            Assert.That(
                json.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("identifier").GetString()),
                Is.EqualTo(new[] { Roll, Stack, Car })
            );
        });
    }

    [Test]
    public async Task Trace_BudgetSpent_SaysSoAndGoesOnByTheCursor()
    {
        string[] command = ["trace", Roll, "--data", Data, "--direction", "forward", "--format", "ndjson"];

        var first = await RunAsync([.. command, "--budget", "2"]);
        var cursor = first.Error.Trim().Split(' ')[^1];
        var second = await RunAsync([.. command, "--cursor", cursor]);

        Assert.Multiple(() =>
        {
            Assert.That(first.Code, Is.EqualTo(1));
            Assert.That(first.Error, Does.StartWith("NOT complete: 2 items found"));
            Assert.That(first.Output, Does.Not.Contain($"\"identifier\":\"{Car}\""));
            Assert.That(second.Code, Is.Zero, second.Error);
            Assert.That(second.Output, Does.Contain($"\"identifier\":\"{Car}\""));
        });
    }

    [TestCase("csv", "identifier,template")]
    [TestCase("graphml", "<?xml")]
    [TestCase("ndjson", "{\"root\"")]
    public async Task Trace_Output_IsAFileOfTheForm(string format, string begins)
    {
        var file = Path.Combine(Root, "trace.out");

        await DoAsync("trace", Car, "--data", Data, "--format", format, "--output", file);

        Assert.That(await File.ReadAllTextAsync(file), Does.StartWith(begins).And.Contain(Stack));
    }

    [Test]
    public async Task Trace_BadInput_NamesEachFault()
    {
        var ran = await RunAsync("trace", "x", "--data", Data, "--at", "yesterday", "--explain", "y");

        Assert.Multiple(() =>
        {
            Assert.That(ran.Code, Is.EqualTo(1));
            Assert.That(ran.Error, Does.Contain("ID:").And.Contain("--at:").And.Contain("--explain:"));
        });
    }

    [Test]
    public async Task Trace_IdentifierThatNobodyNamed_IsRefusedInChinese()
    {
        var ran = await RunAsync("trace", Prefix + "/never", "--data", Data, "--lang", "zh");

        Assert.Multiple(() =>
        {
            Assert.That(ran.Code, Is.EqualTo(1));
            Assert.That(ran.Error, Does.Contain("未注册"));
        });
    }

    [Test]
    public async Task Common_FilesOfItems_WritesATable_AndJsonAsRestAnswersIt()
    {
        await RecordPressedAsync();
        var (bad, good) = (Path.Combine(Root, "bad.txt"), Path.Combine(Root, "good.txt"));
        await File.WriteAllLinesAsync(bad, Enumerable.Range(0, 8).Select(i => $"{Prefix}/piece-{i}"));
        await File.WriteAllLinesAsync(good, Enumerable.Range(8, 24).Select(i => $"{Prefix}/piece-{i}"));

        var table = await RunAsync("analyse", "common", "--data", Data, "--bad-file", bad, "--good-file", good);
        var json = await RunAsync([
            "analyse",
            "common",
            "--data",
            Data,
            "--bad-file",
            bad,
            "--good-file",
            good,
            "--format",
            "json",
        ]);

        using var answer = JsonDocument.Parse(json.Output);
        Assert.Multiple(() =>
        {
            Assert.That(table.Code, Is.EqualTo(0), table.Error);
            Assert.That(table.Output, Does.Contain("equipment").And.Contain("press 1"));
            Assert.That(table.Error, Does.Contain("8 bad and 24 good items"));
            Assert.That(answer.RootElement.GetProperty("findings")[0].GetProperty("bad").GetInt32(), Is.EqualTo(8));
        });
    }

    [Test]
    public async Task Common_BadInput_NamesEachFault()
    {
        string[] common = ["analyse", "common", "--data", Data];
        var none = await RunAsync([.. common, "--good", "vehicle"]);
        var half = await RunAsync([.. common, "--bad", "vehicle:result", "--good", Car, "--at", "soon"]);

        Assert.Multiple(() =>
        {
            Assert.That((none.Code, half.Code), Is.EqualTo((1, 1)));
            Assert.That(none.Error, Does.Contain("bad is needed"));
            Assert.That(half.Error, Does.Contain("--bad must be").And.Contain("--at must be"));
        });
    }

    [Test]
    public async Task Rollup_OfAMeasurement_WritesItsFigure_AndABadOneIsRefused()
    {
        using (var node = await OpenAsync())
        {
            EventRequest[] measured =
            [
                new()
                {
                    Type = "inspect",
                    Time = "2026-03-01T12:00:00Z",
                    Items = [new() { Identifier = Stack }],
                    Measurements =
                    [
                        new() { Characteristic = "cellVoltage", Value = "0.61" },
                        new() { Characteristic = "cellVoltage", Value = "0.65" },
                    ],
                },
            ];
            await node.Get<EventRecorder>().RecordAsync(measured, Caller.CommandLine, CancellationToken.None);
        }

        var rollup = new[] { "analyse", "rollup", Car, "--data", Data, "--function", "spread" };
        var ran = await RunAsync([.. rollup, "--measurement", "cellVoltage"]);
        var bad = await RunAsync(rollup);

        using var answer = JsonDocument.Parse(ran.Output);
        Assert.Multiple(() =>
        {
            Assert.That(
                answer.RootElement.GetProperty("groups")[0].GetProperty("value").GetDecimal(),
                Is.EqualTo(0.04m)
            );
            Assert.That(bad.Code, Is.EqualTo(1));
            Assert.That(bad.Error, Does.Contain("attribute or measurement is needed"));
        });
    }

    /// <summary>Pieces pressed hour by hour, the first eight on another press.</summary>
    private async Task RecordPressedAsync()
    {
        using var node = await OpenAsync();
        var events = Enumerable
            .Range(0, 32)
            .Select(i => new EventRequest
            {
                Type = "operate",
                Time = $"2026-03-{1 + (i / 24):D2}T{i % 24:D2}:00:00Z",
                Items = [new() { Identifier = $"{Prefix}/piece-{i}" }],
                Equipment = [new() { Text = i < 8 ? "press 1" : "press 2" }],
            });
        var recorded = await node.Get<EventRecorder>()
            .RecordAsync([.. events], Caller.CommandLine, CancellationToken.None);
        Assert.That(recorded.Select(result => result.Error?.Message.En), Has.All.Null);
    }
}
