using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class ImportCommandTests : CommandLineFixture
{
    private const string Attributes = """
        [{"code":"name","type":"text","required":true},{"code":"weight","type":"decimal","minimum":0},{"code":"marks","type":"text","repeated":true},
         {"code":"tested","type":"boolean"}]
        """;

    [SetUp]
    public async Task MakeNode()
    {
        await InitAsync();
        await MakeTemplateAsync("part", Attributes);
    }

    [Test]
    public async Task Import_GoodAndBadRows_TakesTheGoodAndKeepsTheBadWithTheirReasons()
    {
        var file = Write(
            "p.csv",
            "Key,Name,Weight (g),note\n1,bolt,1.50,a\n2,nut,heavy,b\n3,,-1,\"c, d\"\n4,washer,,\n"
        );

        var ran = await RunAsync(
            "import",
            file,
            "--data",
            Data,
            "--template",
            "part",
            "--map",
            "weight=Weight (g)",
            "--source",
            "wms",
            "--source-key-column",
            "Key"
        );

        Assert.That(ran.Code, Is.EqualTo(1), ran.Error);
        Assert.That(ran.Output, Does.Match(@"^registered 2, same 0, bad 2, in \d+\.\d s, \d+/s\s*$"));
        Assert.That(ran.Error, Does.Contain("not used: note").And.Contain("p.csv.bad.csv"));
        Assert.That(
            (await RecordsAsync("part")).Select(Show),
            Is.EqualTo(new[] { """wms 1 {"name":"bolt","weight":1.5}""", """wms 4 {"name":"washer"}""" })
        );
        var bad = await File.ReadAllTextAsync(file + ".bad.csv");
        Assert.That(
            bad,
            Does.StartWith("row,reason,Key,Name,Weight (g),note\r\n2,attributes.weight: ").And.Contain("\r\n3,")
        );
        Assert.That(
            bad,
            Does.Contain("attributes.weight: ").And.Contain("; attributes.name: ").And.EndWith(",3,,-1,\"c, d\"\r\n")
        );
        Assert.That(File.Exists(file + ".progress"), Is.False);
    }

    [TestCase("")]
    [TestCase("--restart")]
    public async Task Import_Again_RegistersNothingTwice(string option)
    {
        var file = Write("p.csv", "name\nbolt\nbolt\nnut\n");
        string[] verb =
        [
            "import",
            file,
            "--data",
            Data,
            "--template",
            "part",
            .. option.Length > 0 ? new[] { option } : [],
        ];

        var first = await RunAsync(verb);
        var second = await RunAsync(verb);

        Assert.That(first.Output, Does.StartWith("registered 3, same 0, bad 0"));
        Assert.That(second.Output, Does.StartWith("registered 0, same 3, bad 0"));
        Assert.That(second.Code, Is.Zero);
        var records = await RecordsAsync("part");
        Assert.That(records, Has.Count.EqualTo(3), "two equal rows are two items");
        Assert.That(records[0].GetProperty("source").GetString(), Does.Match("^import:[0-9a-f]{16}$"));
        Assert.That(records.Select(r => r.GetProperty("sourceKey").GetString()), Is.EqualTo(new[] { "1", "2", "3" }));
    }

    [Test]
    public async Task Import_Identifiers_AreKept()
    {
        var file = Write("p.csv", "identifier,name\n88.300.1/A,bolt\n,nut\n99.9/B,far\n");

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part");

        Assert.That(ran.Output, Does.StartWith("registered 2, same 0, bad 1"));
        Assert.That(
            (await RecordsAsync("part")).Select(r => r.GetProperty("identifier").GetString()),
            Is.EqualTo(new[] { "88.300.1/A", "88.300.1/PART-000001" })
        );
    }

    [Test]
    public async Task Import_Interrupted_GoesOnWhereItStopped()
    {
        var file = Rows(45);
        await InterruptAsync(file);
        var bad = file + ".bad.csv";
        var state = CsvImportState.Find(file + ".progress")!;
        // As after a kill between the bad rows of a batch and the note of it.
        await File.AppendAllTextAsync(bad, "half a row");

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part", "--batch", "10");

        Assert.That((state.Rows, state.Registered, state.Bad), Is.EqualTo((10, 9, 1)));
        Assert.That(ran.Error, Does.Contain("after row 10"));
        Assert.That(ran.Output, Does.StartWith("registered 40, same 0, bad 5"));
        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(
            (await File.ReadAllLinesAsync(bad)).Select(l => l.Split(',')[0]),
            Is.EqualTo(new[] { "row", "5", "15", "25", "35", "45" })
        );
        Assert.That(await RecordsAsync("part"), Has.Count.EqualTo(40));
        Assert.That(File.Exists(file + ".progress"), Is.False);
    }

    [Test]
    public async Task Import_KilledBeforeTheNote_RegistersNothingTwice()
    {
        var file = Rows(45);
        await InterruptAsync(file);
        File.Delete(file + ".progress");

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part", "--batch", "10");

        Assert.That(ran.Output, Does.StartWith("registered 31, same 9, bad 5"));
        Assert.That(await File.ReadAllLinesAsync(file + ".bad.csv"), Has.Length.EqualTo(6));
        Assert.That(await RecordsAsync("part"), Has.Count.EqualTo(40));
    }

    [Test]
    public async Task Import_InterruptedThenRestarted_BeginsAtTheFirstRow()
    {
        var file = Rows(45);
        await InterruptAsync(file);

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part", "--restart");

        Assert.That(ran.Output, Does.StartWith("registered 31, same 9, bad 5"));
        Assert.That(await File.ReadAllLinesAsync(file + ".bad.csv"), Has.Length.EqualTo(6));
    }

    [TestCase("file")]
    [TestCase("mapping")]
    [TestCase("database")]
    [TestCase("progress")]
    public async Task Import_InterruptedAndSomethingChanged_StartsOverAndSaysSo(string changed)
    {
        var file = Rows(45);
        await InterruptAsync(file);
        var data = Data;
        string[] more = [];
        switch (changed)
        {
            case "file":
                await File.AppendAllTextAsync(file, "another,1\n");
                break;
            case "mapping":
                more = ["--map", "weight=name"];
                break;
            case "database":
                data = Path.Combine(Root, "other");
                await InitAsync(data);
                await MakeTemplateAsync("part", Attributes, data);
                break;
            case "progress":
                await File.WriteAllTextAsync(file + ".progress", "{\"rows\":");
                break;
        }

        var ran = await RunAsync(["import", file, "--data", data, "--template", "part", .. more]);

        Assert.That(ran.Error, Does.Contain("starting over"));
        Assert.That(ran.Code, Is.EqualTo(1));
    }

    [Test]
    public async Task Import_RestoredDatabase_StartsOver()
    {
        var file = Rows(45);
        await InterruptAsync(file);
        var state = CsvImportState.Find(file + ".progress")!;
        (state with { Head = state.Head + 1_000 }).Save(file + ".progress");

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part");

        Assert.That(ran.Error, Does.Contain("older").And.Contain("starting over"));
        Assert.That(await RecordsAsync("part"), Has.Count.EqualTo(40));
    }

    [Test]
    public async Task Import_AllOfRfc4180_IsRead()
    {
        var file = Write(
            "p.csv",
            "\"name\",weight,marks,tested\r\n\"say \"\"hi\"\"\",1,a;b ; c,TRUE\r\n\"two\r\nlines, one "
                + "cell\",2,\"[\"\"x;y\"\",\"\" z\"\"]\",false\r\n\r\n碳纸,3,,",
            mark: true
        );

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part");

        Assert.That(ran.Output, Does.StartWith("registered 3, same 0, bad 0"), ran.Error);
        Assert.That(
            (await RecordsAsync("part")).Select(r => r.GetProperty("attributes").GetRawText()),
            Is.EqualTo(
                new[]
                {
                    """{"name":"say \"hi\"","weight":1,"marks":["a","b","c"],"tested":true}""",
                    """{"name":"two\r\nlines, one cell","weight":2,"marks":["x;y"," z"],"tested":false}""",
                    """{"name":"碳纸","weight":3}""",
                }
            )
        );
    }

    [Test]
    public async Task Import_MalformedRows_AreBadAndTheOthersTaken()
    {
        var file = Write("p.csv", "name,weight\nbolt,1\nnut\nwasher,2,3\n\"a\"b,4\npin,5\n\"open,6\n");

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part");

        Assert.That(ran.Output, Does.StartWith("registered 2, same 0, bad 4"), ran.Error);
        var bad = await File.ReadAllTextAsync(file + ".bad.csv");
        Assert.That(
            bad,
            Does.Contain("\r\n2,\"has 1 cells, the header has 2\",nut\r\n")
                .And.Contain("\r\n4,a quote")
                .And.Contain("\r\n6,a quote")
        );
    }

    [Test]
    public async Task Import_QuoteNeverClosedInALongFile_TakesTheRowsBeforeAndSaysWhere()
    {
        var file = Write(
            "p.csv",
            "name,weight\nbolt,1\n\"open,2\n"
                + string.Concat(Enumerable.Range(0, 400_000).Select(i => $"part {i},{i}\n"))
        );

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("line 3").And.Contain("never closed"));
        Assert.That(await RecordsAsync("part"), Has.Count.EqualTo(1));
    }

    [TestCase(";")]
    [TestCase("tab")]
    public async Task Import_OtherDelimiter_IsTaken(string delimiter)
    {
        var c = delimiter == "tab" ? '\t' : ';';
        var file = Write("p.csv", $"name{c}weight\na,b{c}1\nnut{c}x\n");

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part", "--delimiter", delimiter);

        Assert.That(ran.Output, Does.StartWith("registered 1, same 0, bad 1"), ran.Error);
        Assert.That(await File.ReadAllTextAsync(file + ".bad.csv"), Does.StartWith($"row{c}reason{c}name"));
    }

    [Test]
    public async Task Import_NotUtf8_SaysSo()
    {
        var file = Path.Combine(Root, "p.csv");
        await File.WriteAllBytesAsync(file, [0xC3, 0xFB, 0xB3, 0xC6, (byte)'\n', (byte)'a', (byte)'\n']);

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part", "--map", "name=a");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("UTF-8"));
    }

    [TestCase("--map nam=name", "no attribute nam", "name, weight")]
    [TestCase("--map name=Title", "no column Title", "name, w, identifierX")]
    [TestCase("--map name=", "ATTRIBUTE=COLUMN", "")]
    [TestCase("--map weight=w --map weight=name", "mapped twice", "")]
    [TestCase("--identifier-column id", "no column id", "name, w")]
    [TestCase("--source-key-column w", "needs --source", "")]
    [TestCase("--source mes", "--source-key-column", "")]
    [TestCase("--batch 5000", "1 to 2000", "")]
    [TestCase("--delimiter ||", "--delimiter", "")]
    public async Task Import_WrongArguments_AreRefusedBeforeAnythingIsRead(
        string arguments,
        string expected,
        string listed
    )
    {
        var file = Write("p.csv", "name,w,identifierX\nbolt,1,2\n");

        var ran = await RunAsync(["import", file, "--data", Data, "--template", "part", .. arguments.Split(' ')]);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain(expected).And.Contain(listed));
        Assert.That(await RecordsAsync("part"), Is.Empty);
    }

    [Test]
    public async Task Import_UnknownTemplate_ListsThoseThereAre()
    {
        var ran = await RunAsync("import", Write("p.csv", "name\na\n"), "--data", Data, "--template", "prt");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("prt").And.Contain("membrane-roll").And.Contain("part"));
    }

    [TestCase("weight\n1\n", "name")]
    [TestCase("colour\nred\n", "--map")]
    [TestCase("", "empty")]
    public async Task Import_FileThatCannotFit_IsRefused(string csv, string expected)
    {
        var ran = await RunAsync("import", Write("p.csv", csv), "--data", Data, "--template", "part");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain(expected));
    }

    [Test]
    public async Task Import_NoFile_SaysSo()
    {
        var ran = await RunAsync("import", Path.Combine(Root, "none.csv"), "--data", Data, "--template", "part");

        Assert.That((ran.Code, ran.Error), Is.EqualTo((2, ran.Error)));
        Assert.That(ran.Error, Does.Contain("none.csv"));
    }

    [Test]
    public async Task Import_WhileANodeIsOpen_IsSeenByIt()
    {
        using var serving = await OpenAsync();

        await DoAsync(
            "import",
            Write("p.csv", "identifier,name\n88.300.1/A,bolt\n"),
            "--data",
            Data,
            "--template",
            "part"
        );
        await serving.Get<IdResolution.Core.Coherence.LogFollower>().CatchUpAsync(default);

        var found = await serving
            .Get<IdResolution.Core.Resolution.Resolver>()
            .ResolveAsync(Core.Identifiers.LookupKey.Of("88.300.1/A"), default);
        Assert.That(found.Record, Is.Not.Null);
    }

    /// <summary>Rows of which every tenth, from the fifth on, is bad.</summary>
    private string Rows(int count) =>
        Write(
            "p.csv",
            "name,weight\n"
                + string.Concat(Enumerable.Range(1, count).Select(i => $"part {i},{(i % 10 == 5 ? "heavy" : i)}\n"))
        );

    /// <summary>
    /// Imports in batches of ten and stops after the first: its bad row is what the cancellation waits for.
    /// </summary>
    private async Task InterruptAsync(string file)
    {
        using var node = await OpenAsync();
        using var csv = CsvFile.Open(file, ",");
        using var cancelled = new CancellationTokenSource();
        var plan = ImportPlan.Make(
            node.Get<CatalogHolder>().Current,
            csv.Header,
            new ImportArguments { Template = "part" }
        );
        var importer = new CsvImporter(
            node,
            csv,
            plan,
            error =>
            {
                cancelled.Cancel();
                return [error.Message.En];
            }
        )
        {
            BatchSize = 10,
        };
        await importer.BeginAsync(restart: false, default);

        await importer.RunAsync(new WorkProgress(), cancelled.Token);

        Assert.That(importer.IsComplete, Is.False);
    }

    private static string Show(JsonElement record) =>
        $"{record.GetProperty("source")} {record.GetProperty("sourceKey")} {record.GetProperty("attributes").GetRawText()}";
}
