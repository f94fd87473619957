using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Events;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class EventImportCommandTests : CommandLineFixture
{
    [SetUp]
    public Task MakeNode() => InitAsync();

    [Test]
    public async Task Import_LinesOfEventsAndLinks_TakesTheGoodAndKeepsTheBadAsTheyAre()
    {
        string[] bad =
        [
            """{"type":"observe","items":["88.300.1/M1"]}""",
            """{"from":"88.300.1/S1","type":"eats","to":"88.300.1/M1"}""",
            """{"type":"observe","type":"move"}""",
            "no JSON",
            """{"type":"observe","time":"2026-03-01T08:00:00Z","items":["88.300.1/\ud800"]}""",
        ];
        var file = Write(
            "e.jsonl",
            $$"""
            {"type":"transform","time":"2026-03-01T08:00:00Z","inputs":[{"identifier":"88.300.1/R1","quantity":12.5,"unit":"MTR"}],"outputs":["88.300.1/M1","88.300.1/M2"]}
            {{string.Join('\n', bad)}}

            {"from":"88.300.1/S1","type":"contains","to":"88.300.1/M1","position":"7","time":"2026-03-02T08:00:00Z"}
            """
        );

        var ran = await RunAsync("events", "import", file, "--data", Data);

        Assert.That(ran.Code, Is.EqualTo(1), ran.Error);
        Assert.That(ran.Output, Does.Match(@"^recorded 2, same 0, bad 5, in \d+\.\d s, \d+/s\s*$"));
        Assert.That(
            ran.Error,
            Does.Contain("line 2: time").And.Contain("line 3: type").And.Contain("line 5: The line is")
        );
        Assert.That(await File.ReadAllLinesAsync(file + ".bad.jsonl"), Is.EqualTo(bad));
        Assert.That(File.Exists(file + ".progress"), Is.False);
        Assert.That(await DoAsync("where", "--data", Data, "88.300.1/M1"), Does.Contain("\"position\": \"7\""));
        Assert.That(
            await DoAsync("trace", "--data", Data, "88.300.1/R1", "--direction", "forward", "--format", "csv"),
            Does.Contain("88.300.1/S1,")
        );
    }

    [Test]
    public async Task Import_OfAListOfAnotherStore_TakesWhatCounts()
    {
        var sent = Write(
            "sent.jsonl",
            """
            {"type":"move","time":"2026-03-01T08:00:00Z","items":["88.300.1/M1"],"place":"Hall 1"}
            {"type":"move","time":"2026-03-02T08:00:00Z","items":["88.300.1/M1"],"place":"Hall 2"}
            """
        );
        await RunAsync("events", "import", sent, "--data", Data);
        var wrong = await DoAsync(
            "events",
            "list",
            "--data",
            Data,
            "--order",
            "desc",
            "--limit",
            "1",
            "--format",
            "json"
        );
        var id = JsonDocument.Parse(wrong).RootElement.GetProperty("items")[0].GetProperty("event").GetString();
        var right = $$"""{"type":"correct","time":"2026-03-03T08:00:00Z","corrects":"{{id}}"}""";
        await RunAsync("events", "import", Write("right.jsonl", right), "--data", Data, "--with-rights");
        var listed = Write("listed.jsonl", await DoAsync("events", "list", "--data", Data, "--format", "jsonl"));
        var other = Data + "-other";
        await InitAsync(other);

        var ran = await RunAsync("events", "import", listed, "--data", other);
        var again = await RunAsync("events", "import", listed, "--data", Data);

        Assert.That(ran.Output, Does.StartWith("recorded 1, same 0, bad 1"), ran.Error);
        Assert.That(ran.Error, Does.Contain("Left out 1 events that were corrected.").And.Contain("corrects"));
        Assert.That(await DoAsync("where", "--data", other, "88.300.1/M1"), Does.Contain("Hall 1"));
        Assert.That(again.Output, Does.StartWith("recorded 0, same 2, bad 0"), again.Error);
    }

    [Test]
    public async Task Import_Again_RecordsNothingTwice()
    {
        var file = Write(
            "e.jsonl",
            """
            {"type":"observe","time":"2026-03-01T08:00:00Z","items":["88.300.1/M1"]}
            {"from":"88.300.1/S1","type":"contains","to":"88.300.1/M1"}
            {"type":"move","time":"2026-03-01T08:00:00Z","items":["88.300.1/M1"],"source":"mes","sourceKey":"1"}
            """
        );

        var dry = await RunAsync("events", "import", file, "--data", Data, "--dry-run");
        var first = await RunAsync("events", "import", file, "--data", Data);
        var second = await RunAsync("events", "import", file, "--data", Data);
        var after = await RunAsync("events", "import", file, "--data", Data, "--dry-run");

        Assert.That((dry.Code, dry.Output.Trim()), Is.EqualTo((0, "nothing written: new 3, same 0, bad 0")));
        Assert.That(first.Output, Does.StartWith("recorded 3, same 0, bad 0"));
        Assert.That(second.Output, Does.StartWith("recorded 0, same 3, bad 0"));
        Assert.That(after.Output.Trim(), Is.EqualTo("nothing written: new 0, same 3, bad 0"));
        Assert.That(
            (await DoAsync("story", "--data", Data, "88.300.1/M1")).Split("\"sequence\""),
            Has.Length.EqualTo(4)
        );
    }

    [Test]
    public async Task DryRun_BadRows_WritesNothingAndNamesThem()
    {
        await DoAsync("events", "import", Write("1.jsonl", Observed(1, "mes", "K")), "--data", Data);
        var file = Write("2.jsonl", Observed(2, "mes", "K") + "\n" + Observed(3, "other", "K") + "\n{}");

        var ran = await RunAsync("events", "import", file, "--data", Data, "--dry-run");

        Assert.That((ran.Code, ran.Output.Trim()), Is.EqualTo((1, "nothing written: new 1, same 0, bad 2")), ran.Error);
        Assert.That(ran.Error, Does.Contain("line 1: ").And.Contain("line 3: type"));
        Assert.That(Directory.GetFiles(Root, "2.jsonl*"), Has.Length.EqualTo(1));
        var story = await RunAsync("story", "--data", Data, "88.300.1/M3");
        Assert.That(story.Error, Does.Contain("88.300.1/M3 is not registered"));
    }

    [Test]
    public async Task Import_Csv_ReadsMembersByTheNamesOfColumns()
    {
        var file = Write(
            "e.csv",
            """
            Type,time,inputs,quantity,unit,outputs,outputs.position,place,measurements,who,ex:shift,note,source,sourceKey
            transform,2026-03-01T08:00:00Z,88.300.1/R1;88.300.1/R2,1.5;2,MTR,88.300.1/M1;88.300.1/M2,1;2,Hall 1,"[{""characteristic"":""width"",""value"":3}]",Wang;Li,A,x,mes,K1
            move,2026-03-02T08:00:00Z,,,,,,Hall 2,,,,,mes,K2
            observe,2026-03-02T08:00:00Z,,,,,,,,,,,mes,6.90123E+12
            hold
            """
        );

        var ran = await RunAsync("events", "import", file, "--data", Data, "--map", "persons=who");

        Assert.That(ran.Output, Does.StartWith("recorded 1, same 0, bad 3"), ran.Error);
        Assert.That(ran.Error, Does.Contain("Columns not used: note"));
        var only = JsonDocument.Parse(await DoAsync("story", "--data", Data, "88.300.1/R1")).RootElement;
        Assert.That(
            Member("inputs"),
            Is.EqualTo(
                """[{"identifier":"88.300.1/R1","quantity":1.5,"unit":"MTR"},{"identifier":"88.300.1/R2","quantity":2,"unit":"MTR"}]"""
            )
        );
        Assert.That(
            Member("outputs"),
            Is.EqualTo("""[{"identifier":"88.300.1/M1","position":"1"},{"identifier":"88.300.1/M2","position":"2"}]""")
        );
        Assert.That(Member("place"), Is.EqualTo("""{"text":"Hall 1"}"""));
        Assert.That(Member("persons"), Is.EqualTo("""[{"text":"Wang"},{"text":"Li"}]"""));
        Assert.That(Member("measurements"), Is.EqualTo("""[{"characteristic":"width","value":3}]"""));
        Assert.That((Member("ex:shift"), Member("sourceKey")), Is.EqualTo(("\"A\"", "\"K1\"")));
        var bad = await File.ReadAllLinesAsync(file + ".bad.csv");
        Assert.That(bad.Select(line => line.Split(',')[0]), Is.EqualTo(new[] { "bad.row", "2", "3", "4" }));
        Assert.That(bad[2], Does.Contain("is a number as a spreadsheet writes it"));

        string Member(string name) => JsonSerializer.Serialize(only.GetProperty(name));
    }

    [Test]
    public async Task Import_MendedBadRows_KeepsTheReasonOfTheEvent()
    {
        var file = Write("e.csv", "type,time,items,reason\nhold,noon,88.300.1/M1,scratches\n");
        var first = await RunAsync("events", "import", file, "--data", Data);
        var bad = await File.ReadAllTextAsync(file + ".bad.csv");
        var mended = Write("mended.csv", bad.Replace(",noon,", ",2026-03-01T08:00:00Z,", StringComparison.Ordinal));

        var second = await RunAsync("events", "import", mended, "--data", Data);

        Assert.That(first.Output, Does.StartWith("recorded 0, same 0, bad 1"));
        Assert.That(second.Output, Does.StartWith("recorded 1, same 0, bad 0"), second.Error);
        Assert.That(await DoAsync("story", "--data", Data, "88.300.1/M1"), Does.Contain("\"reason\":\"scratches\""));
    }

    [TestCase("quantity,place", "2,Hall 1", "quantity belongs to no thing")]
    [TestCase("quantity,inputs", "2,\"[{\"\"identifier\"\":\"\"88.300.1/R1\"\"}]\"", "quantity belongs to no thing")]
    [TestCase("inputs.quantity,inputs,quantity", "2,,", "inputs.quantity belongs to no thing")]
    [TestCase("inputs.quantity,inputs,quantity", "2,88.300.1/R1,3", "quantity belongs to no thing")]
    [TestCase("children,position", "88.300.1/A;88.300.1/B;88.300.1/C,M1;M2", "position needs one value")]
    [TestCase("children,position", "88.300.1/A,M1;M2", "position needs one value")]
    public async Task Import_CsvValueOfNoThing_MakesTheRowBad(string columns, string cells, string reason)
    {
        var file = Write("e.csv", $"type,time,{columns}\ntransform,2026-03-01T08:00:00Z,{cells}\n");

        var ran = await RunAsync("events", "import", file, "--data", Data);

        Assert.That(ran.Output, Does.StartWith("recorded 0, same 0, bad 1"), ran.Error);
        Assert.That(ran.Error, Does.Contain($"row 1: {reason}"));
    }

    [Test]
    public async Task Import_CsvQuantityAndPosition_AreOfTheirThings()
    {
        var file = Write(
            "e.csv",
            """
            type,time,outputs,parent,children,quantity,unit,position
            commission,2026-03-01T08:00:00Z,88.300.1/R1,,,12.5,MTR,
            assemble,2026-03-01T08:00:00Z,,88.300.1/S1,88.300.1/M1;88.300.1/M2,,,left;right
            """
        );

        var ran = await RunAsync("events", "import", file, "--data", Data);

        Assert.That(ran.Output, Does.StartWith("recorded 2, same 0, bad 0"), ran.Error);
        Assert.That(await DoAsync("story", "--data", Data, "88.300.1/R1"), Does.Contain("\"quantity\":12.5"));
        Assert.That(await DoAsync("where", "--data", Data, "88.300.1/M2"), Does.Contain("\"position\": \"right\""));
    }

    [Test]
    public async Task Import_CsvOfLinks_InTheirEncoding_IsTaken()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var file = Path.Combine(Root, "links.csv");
        await File.WriteAllBytesAsync(
            file,
            Encoding
                .GetEncoding("gb18030")
                .GetBytes(
                    "从,type,到,quantity,unit,position,time\n88.300.1/S1,contains,88.300.1/M1,,,左 1,2026-03-01T08:00:00Z\n"
                        + "88.300.1/M1,consumes,88.300.1/R1,2.5,MTR,,2026-03-01T08:00:00Z\n"
                        + "88.300.1/M1,produced-by,压机 3,,,,2026-03-01T08:00:00Z\n"
                )
        );

        var ran = await RunAsync(
            "events",
            "import",
            file,
            "--data",
            Data,
            "--encoding",
            "gb18030",
            "--map",
            "from=从",
            "to=到"
        );

        Assert.That(ran.Output, Does.StartWith("recorded 3, same 0, bad 0"), ran.Error);
        Assert.That(await DoAsync("where", "--data", Data, "88.300.1/M1"), Does.Contain("\"左 1\""));
        Assert.That(await DoAsync("where", "--data", Data, "88.300.1/R1"), Does.Contain("\"used\": 2.5"));
    }

    [TestCase("--map", "none=type", "events and links have no member none")]
    [TestCase("--map", "place=none", "there is no column none")]
    [TestCase("--map", "place", "must be MEMBER=COLUMN")]
    [TestCase("--batch", "0", "--batch: 0 must be 1 to 2000.")]
    public async Task Import_WrongOption_SaysWhatIsWrong(string option, string value, string message)
    {
        var file = Write("e.csv", "type,time,items\n");

        var ran = await RunAsync("events", "import", file, "--data", Data, option, value);

        Assert.That((ran.Code, ran.Error), Is.EqualTo((2, ran.Error)));
        Assert.That(ran.Error, Does.Contain(message));
    }

    [Test]
    public async Task Import_NotForThisFile_SaysSo()
    {
        var lines = await RunAsync("events", "import", Write("e.jsonl", ""), "--data", Data, "--encoding", "utf-8");
        var csv = await RunAsync("events", "import", Write("e.csv", "time,items\n"), "--data", Data);
        var none = await RunAsync("events", "import", "/nowhere/e.jsonl", "--data", Data);

        Assert.That((lines.Code, csv.Code, none.Code), Is.EqualTo((2, 2, 2)));
        Assert.That(lines.Error, Does.Contain("--encoding is for CSV files"));
        Assert.That(csv.Error, Does.Contain("No column is named type"));
        Assert.That(none.Error, Does.Contain("/nowhere/e.jsonl"));
    }

    [Test]
    public async Task Import_Correction_IsTheOperatorsToLend()
    {
        await DoAsync("events", "import", Write("1.jsonl", Observed(1, "mes", "1")), "--data", Data);
        string id;
        using (var node = await OpenAsync())
        {
            var found = await node.Get<EventQueries>()
                .FindByKeyAsync("mes", "1", Caller.CommandLine, CancellationToken.None);
            id = $"{found.Value.Id}";
        }
        var file = Write("2.jsonl", $$"""{"type":"correct","time":"2026-03-01T08:00:00Z","corrects":"{{id}}"}""");

        var refused = await RunAsync("events", "import", file, "--data", Data);
        var taken = await RunAsync("events", "import", file, "--data", Data, "--with-rights");

        Assert.That(refused.Output, Does.StartWith("recorded 0, same 0, bad 1"));
        Assert.That(refused.Error, Does.Contain("say --with-rights"));
        Assert.That(taken.Output, Does.StartWith("recorded 1, same 0, bad 0"), taken.Error);
    }

    [Test]
    public async Task Import_ReplacedPartPutInInTheSameFile_IsFoundWhereItIs()
    {
        var file = Write(
            "e.jsonl",
            """
            {"from":"88.300.1/V1","type":"contains","to":"88.300.1/S1","position":"left","time":"2026-03-01T08:00:00Z"}
            {"from":"88.300.1/S2","type":"replaces","to":"88.300.1/S1","time":"2026-03-02T08:00:00Z"}
            """
        );

        var ran = await RunAsync("events", "import", file, "--data", Data);

        Assert.That(ran.Output, Does.StartWith("recorded 2, same 0, bad 0"), ran.Error);
        Assert.That(await DoAsync("where", "--data", Data, "88.300.1/S2"), Does.Contain("\"left\""));
    }

    [TestCase("e.jsonl")]
    [TestCase("e.csv")]
    public async Task Import_Interrupted_GoesOnWhereItStopped(string name)
    {
        var file = Rows(name);
        await InterruptAsync(file);
        var bad = file + (name == "e.csv" ? ".bad.csv" : ".bad.jsonl");
        // As after a kill between the bad rows of a batch and the note of it.
        await File.AppendAllTextAsync(bad, "half a row");

        var ran = await RunAsync("events", "import", file, "--data", Data, "--batch", "10");

        Assert.That(ran.Error, Does.Contain("after row 10"));
        Assert.That(ran.Output, Does.StartWith("recorded 40, same 0, bad 5"));
        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(await File.ReadAllLinesAsync(bad), Has.Length.EqualTo(name == "e.csv" ? 6 : 5));
        Assert.That(await File.ReadAllTextAsync(bad), Does.Not.Contain("half a row"));
        Assert.That(File.Exists(file + ".progress"), Is.False);
    }

    [Test]
    public async Task Import_KilledBeforeTheNote_RecordsNothingTwice()
    {
        var file = Rows("e.jsonl");
        await InterruptAsync(file);
        File.Delete(file + ".progress");

        var ran = await RunAsync("events", "import", file, "--data", Data);

        Assert.That(ran.Output, Does.StartWith("recorded 31, same 9, bad 5"));
    }

    [Test]
    public async Task Import_InChinese_SaysWhatItDid()
    {
        var ran = await RunAsync("events", "import", Rows("e.jsonl"), "--data", Data, "--lang", "zh");

        Assert.That(ran.Output, Does.StartWith("已记录 40，相同 0，错误 5"));
        Assert.That(ran.Error, Does.Contain("第 5 行：").And.Contain("错误行见"));
    }

    private static string Observed(int item, string source, string key) =>
        $$"""{"type":"observe","time":"2026-03-01T08:00:00Z","items":["88.300.1/M{{item}}"],"source":"{{source}}","sourceKey":"{{key}}"}""";

    /// <summary>A file of 45 rows, every tenth bad from the fifth on.</summary>
    private string Rows(string name)
    {
        var isCsv = name.EndsWith(".csv", StringComparison.Ordinal);
        var rows = Enumerable
            .Range(1, 45)
            .Select(i => (Item: $"88.300.1/M{i}", Time: i % 10 == 5 ? "noon" : "2026-03-01T08:00:00Z"))
            .Select(row =>
                isCsv
                    ? $"observe,{row.Time},{row.Item}\n"
                    : $$"""{"type":"observe","time":"{{row.Time}}","items":"{{row.Item}}"}""" + "\n"
            );
        return Write(name, (isCsv ? "type,time,items\n" : "") + string.Concat(rows));
    }

    /// <summary>Imports in batches of ten and stops after the first: its bad row is what the cancellation waits for.</summary>
    private async Task InterruptAsync(string file)
    {
        using var node = await OpenAsync();
        using var cancelled = new CancellationTokenSource();
        IEventRows rows = file.EndsWith(".csv", StringComparison.Ordinal) ? OpenCsv() : new EventLines(file);
        using (rows)
        {
            var importer = new EventImporter(
                node,
                rows,
                new FileRights(areLent: false, rows.Unit, static _ => { }),
                error =>
                {
                    cancelled.Cancel();
                    return [error.Message.En];
                },
                static _ => { }
            )
            {
                BatchSize = 10,
            };
            await importer.BeginAsync(restart: false, CancellationToken.None);
            await importer.RunAsync(new WorkProgress(), cancelled.Token);
            Assert.That(importer.IsComplete, Is.False);
        }

        IEventRows OpenCsv()
        {
            var csv = CsvFile.Open(file, null, null);
            return new EventCsv(csv, EventColumns.Make(csv.Header, []));
        }
    }
}
