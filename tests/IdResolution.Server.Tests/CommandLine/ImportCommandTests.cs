using System.Text;
using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Storage.Sql;

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
        Assert.That(records.Select(r => r.GetProperty("source").GetString()), Is.All.EqualTo("import"));
        Assert.That(records[0].GetProperty("sourceKey").GetString(), Does.Match("^[0-9a-f]{16}:1$"));
        Assert.That(
            records.Select(r => r.GetProperty("sourceKey").GetString()![17..]),
            Is.EqualTo(new[] { "1", "2", "3" })
        );
    }

    // The sources of a plant write 粘度 of what the templates call 黏度.
    [TestCase("黏度", "配方", """{"recipe":"R1","viscosity":4.5}""", "")]
    [TestCase("粘度", " 配方", """{"recipe":"R1","viscosity":4.5}""", "")]
    [TestCase("粘度", "Recipe", """{"recipe":"R1","viscosity":4.5}""", "")]
    [TestCase("粘度,黏度", "recipe", """{"recipe":"R1"}""", "粘度, 黏度")]
    public async Task Import_ColumnsCalledInChinese_AreOfTheAttributesCalledSo(
        string heading,
        string other,
        string attributes,
        string unused
    )
    {
        await MakeTemplateAsync(
            "ink",
            """
            [{"code":"recipe","type":"text","names":{"en":"Recipe","zh":"配方"}},
             {"code":"viscosity","type":"decimal","names":{"en":"Viscosity","zh":"黏度"}}]
            """
        );
        var cells = heading.Contains(',', StringComparison.Ordinal) ? "4.5,4.6" : "4.5";
        var file = Write("ink.csv", $"{heading},{other}\n{cells},R1\n");

        var ran = await RunAsync("import", file, "--data", Data, "--template", "ink");

        Assert.That(ran.Code, Is.Zero, ran.Error);
        Assert.That(
            (await RecordsAsync("ink")).Select(r => r.GetProperty("attributes").GetRawText()),
            Is.EqualTo(new[] { attributes })
        );
        Assert.That(ran.Error, unused.Length > 0 ? Does.Contain("not used: " + unused) : Does.Not.Contain("not used"));
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
        var state = await ProgressAsync(file);
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
    public void Progress_OfALongFile_IsNotThatOfOneChangedInItsMiddle()
    {
        var filler = string.Concat(Enumerable.Repeat("part,1\n", 400_000));
        var before = Write("before.csv", "name,weight\n" + filler + "part,1\n" + filler);
        var after = Write("after.csv", "name,weight\n" + filler + "part,2\n" + filler);
        using var one = CsvFile.Open(before, ",", null);
        using var other = CsvFile.Open(after, ",", null);
        Assert.That(one.Read() && other.Read());

        Assert.That(other.Fingerprint, Is.EqualTo(one.Fingerprint), "keys of its rows stay");
        Assert.That(other.DigestOfAll(), Is.Not.EqualTo(one.DigestOfAll()));
        Assert.That(one.Read() && one.Cells().Cells is ["part", "1"], "it is read on where it was");
    }

    [Test]
    public async Task Import_RestoredDatabase_StartsOver()
    {
        var file = Rows(45);
        await InterruptAsync(file);
        var state = await ProgressAsync(file);
        using (var node = await OpenAsync())
        {
            (state with { Head = state.Head + 1_000 }).Save(file + ".progress", node.Get<NodeSecrets>());
        }

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

    [TestCase("utf-8", false, null)]
    [TestCase("utf-8", true, null)]
    [TestCase("utf-16", true, null)]
    [TestCase("utf-16BE", true, null)]
    [TestCase("gb18030", true, null)]
    [TestCase("gb18030", false, "gb18030")]
    [TestCase("gb18030", false, "GBK")]
    [TestCase("utf-16", false, "utf-16")]
    [TestCase("big5", false, "big5")]
    public async Task Import_Encoding_IsFoundOrNamed(string encoding, bool mark, string? named)
    {
        // More than the reader takes at once, so that characters stand across its buffers.
        var names = Enumerable.Range(0, 7).Select(i => new string('名', 50) + i).ToList();
        var rows = string.Concat(Enumerable.Range(0, 1_500).Select(i => $"{i},{names[i % 7]}\n"));
        var file = Encoded("p.csv", $"Key,name\n{rows}", encoding, mark);

        var output = await DoAsync([
            "import",
            file,
            "--data",
            Data,
            "--template",
            "part",
            "--source",
            "mes",
            "--source-key-column",
            "Key",
            .. Named(named),
        ]);

        Assert.That(output, Does.StartWith("registered 1500, same 0, bad 0"));
        Assert.That((await RecordsAsync("part")).Select(NameOf).Distinct(), Is.EquivalentTo(names));
    }

    [Test]
    public async Task Import_BytesThatTellNoEncoding_ShowsTheHeaderInGb18030AndAsks()
    {
        var file = Encoded("p.csv", "name,材料名称\n螺栓,钢\n", "gb18030", mark: false);

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("name,材料名称").And.Contain("--encoding gb18030"));
        Assert.That(await RecordsAsync("part"), Is.Empty);
    }

    [TestCase("name\nb\xFF\n", null, "not UTF-8")]
    [TestCase("n\0a\0m\0e\0\n\0", null, "--encoding")]
    [TestCase("name\nbolt\n\xFF\xFF\n", "gb18030", "gb18030")]
    [TestCase("name\nbolt\n", "klingon", "--encoding: 'klingon'")]
    public async Task Import_BytesOfNoOrAnotherEncoding_AreRefused(string bytes, string? named, string expected)
    {
        var file = Path.Combine(Root, "p.csv");
        await File.WriteAllBytesAsync(file, Encoding.Latin1.GetBytes(bytes));

        var ran = await RunAsync(["import", file, "--data", Data, "--template", "part", .. Named(named)]);

        Assert.That((ran.Code, ran.Error), Is.EqualTo((2, ran.Error)));
        Assert.That(ran.Error, Does.Contain(expected).And.Not.Contain("   at "));
    }

    [TestCase(";")]
    [TestCase("\t")]
    [TestCase(",")]
    public async Task Import_DelimiterNotNamed_IsFoundInTheHeader(string delimiter)
    {
        string[] rows = ["name|weight|marks", "bolt|1|\"a;b\""];
        var file = Write("p.csv", string.Join('\n', rows).Replace("|", delimiter, StringComparison.Ordinal));

        await DoAsync("import", file, "--data", Data, "--template", "part");

        Assert.That(
            Show((await RecordsAsync("part")).Single()),
            Does.EndWith("""{"name":"bolt","weight":1,"marks":["a","b"]}""")
        );
    }

    [Test]
    public async Task Import_HeaderThatTellsNoDelimiter_AsksForIt()
    {
        var file = Write("p.csv", "name,x;weight\n");

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part");

        Assert.That((ran.Code, ran.Error), Is.EqualTo((2, ran.Error)));
        Assert.That(ran.Error, Does.Contain("--delimiter"));
    }

    [Test]
    public async Task Import_KeysThatASpreadsheetSpoilt_AreBadRowsThatSayWhatToDo()
    {
        string[] keys = ["6.90123E+12", "\"6,90123E+12\"", "1E+15", "E+12", "1E5"];
        var file = Write("p.csv", "Key,name\n" + string.Concat(keys.Select((key, i) => $"{key},n{i}\n")));

        var ran = await RunAsync(["import", file, .. Keyed]);

        Assert.That(ran.Output, Does.StartWith("registered 2, same 0, bad 3"), ran.Error);
        var bad = (await File.ReadAllLinesAsync(file + ".bad.csv"))[1..];
        Assert.That(bad, Is.All.Contain("as a spreadsheet writes it").And.All.Contain("as text"));
    }

    [TestCase(1)]
    [TestCase(1000)]
    public async Task Import_OneKeyWithOtherContent_NamesTheRowBefore(int batch)
    {
        var file = Write("p.csv", "Key,name\nA,nut\nB,nut\nA,nut\nA,bolt\n");

        var ran = await RunAsync(["import", file, .. Keyed, "--batch", $"{batch}"]);

        Assert.That(ran.Output, Does.StartWith("registered 2, same 1, bad 1"), ran.Error);
        var bad = (await File.ReadAllLinesAsync(file + ".bad.csv"))[1];
        Assert.That(bad, Does.StartWith("4,").And.Contain("row 1 has the same one with other content"));
    }

    [TestCase("Lot-7", "LOT-7")]
    [TestCase("Lot-7", "Ｌｏｔ－７")]
    [TestCase("é1", "É1")]
    public async Task Import_OneKeySpeltDifferently_IsOneKeyToo(string first, string second)
    {
        var file = Write("p.csv", $"Key,name\n{first},nut\n{second},nut\n{second},bolt\n");

        foreach (var more in new[] { "--dry-run", "--update" })
        {
            var ran = await RunAsync(["import", file, .. Keyed, more]);

            Assert.That(ran.Code, Is.EqualTo(1), ran.Error);
            var said = more == "--update" ? await File.ReadAllTextAsync(file + ".bad.csv") : ran.Error;
            Assert.That(said, Does.Contain("row 1 has the same one with other content (spelt differently"));
        }
    }

    [Test]
    public async Task Import_KeysOfACaseSensitiveSourceSpeltDifferently_AreTwo()
    {
        var file = Write("p.csv", "Key,name\nLot-7,nut\nLOT-7,bolt\n");

        var ran = await RunAsync(["import", file, .. Keyed.Select(word => word == "wms" ? "gs1" : word)]);

        Assert.That(ran.Output, Does.StartWith("registered 2, same 0, bad 0"), ran.Error);
    }

    [Test]
    public async Task Import_OneIdentifierSpeltDifferently_IsOneToo()
    {
        var file = Write("p.csv", "identifier,name\n88.300.1/a,bolt\n88.300.1/A,nut\n88.300.1/é,nut\n88.300.1/É,pin\n");

        var ran = await RunAsync("import", file, "--data", Data, "--template", "part");

        Assert.That(ran.Output, Does.StartWith("registered 3, same 0, bad 1"), ran.Error);
        Assert.That(await File.ReadAllTextAsync(file + ".bad.csv"), Does.Contain("identifier: row 1 has the same"));
    }

    [Test]
    public async Task Import_DryRun_CountsAndWritesNothing()
    {
        await DoAsync(["import", Write("a.csv", "Key,name\n1,bolt\n2,nut\n"), .. Keyed]);
        var file = Write("p.csv", "Key,name,weight\n1,bolt,\n2,other,\n3,pin,\n4,pin,heavy\n5,washer,1\n");
        var before = await HeadAsync();

        var ran = await RunAsync(["import", file, .. Keyed, "--dry-run"]);

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Output.TrimEnd(), Is.EqualTo("nothing written: new 2, same 1, differing 1, bad 1"));
        Assert.That(ran.Error, Does.Contain("row 2: ").And.Contain("row 4: attributes.weight: "));
        Assert.That(Directory.GetFiles(Root, "p.csv*"), Has.Length.EqualTo(1));
        Assert.That(await HeadAsync(), Is.EqualTo(before));
        // What it says is what becomes of the rows.
        var real = await RunAsync(["import", file, .. Keyed]);
        Assert.That(real.Output, Does.StartWith("registered 2, same 1, bad 2"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Import_DryRunOfUniqueValues_TellsWhatTheImportFinds(bool asLines)
    {
        var pack = Write(
            "pack.json",
            """{"templates":[{"code":"cell","attributes":[{"code":"number","type":"text","unique":true}]}]}"""
        );
        await DoAsync(["template", "import", pack, "--data", Data]);
        string[] rows = ["88.300.1/A,7", "88.300.1/B,8", "88.300.1/C,8", "88.300.1/D,7", "88.300.1/E,"];
        string[] what = ["--data", Data, .. asLines ? (string[])[] : ["--template", "cell"]];
        await DoAsync(["import", FileOf("a", rows[..1]), .. what]);
        var file = FileOf("p", rows);

        var dry = await RunAsync(["import", file, .. what, "--dry-run"]);
        var real = await RunAsync(["import", file, .. what]);

        Assert.That(dry.Output, Does.Match(@"(new|registered) 2, .*same 1, .*bad 2"), dry.Error);
        Assert.That(
            dry.Error,
            Does.Contain("number: an item before has this value").And.Contain("88.300.1/A has this")
        );
        Assert.That(real.Output, Does.Match("registered 2, .*same 1, bad 2"), real.Error);

        string FileOf(string name, string[] items) =>
            asLines
                ? Write(name + ".jsonl", string.Join('\n', items.Select(LineOf)))
                : Write(name + ".csv", string.Join('\n', ["identifier,number", .. items]));
        static string LineOf(string row)
        {
            var (identifier, number) = (row.Split(',')[0], row.Split(',')[1]);
            var attributes = number.Length == 0 ? "{}" : $$"""{"number":"{{number}}"}""";
            return $$$"""{"identifier":"{{{identifier}}}","template":"cell","attributes":{{{attributes}}}}""";
        }
    }

    [Test]
    public async Task Import_DryRunOfIdentifiers_TellsWhatTheImportFinds()
    {
        string[] rows = ["identifier,name", "88.300.1/A,bolt", "99.9/B,far", ",nut", "88.300.1/A,nut"];
        var file = Write("p.csv", string.Join('\n', rows));

        var dry = await RunAsync("import", file, "--data", Data, "--template", "part", "--dry-run");
        var real = await RunAsync("import", file, "--data", Data, "--template", "part");

        Assert.That(dry.Output.TrimEnd(), Is.EqualTo("nothing written: new 2, same 0, differing 0, bad 2"), dry.Error);
        Assert.That(real.Output, Does.StartWith("registered 2, same 0, bad 2"));
    }

    [TestCase("--map nam=name", "no attribute nam", "name, weight")]
    [TestCase("--map sourceKey=w", "no attribute sourceKey", "--source-key-column")]
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
        using var csv = CsvFile.Open(file, ",", null);
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
            new FileRights(areLent: false, new("row", "行"), static _ => { }),
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

    private async Task<CsvImportState> ProgressAsync(string file)
    {
        using var node = await OpenAsync();
        return CsvImportState.Find(file + ".progress", node.Get<NodeSecrets>())!;
    }

    private static string Show(JsonElement record) =>
        $"{record.GetProperty("source")} {record.GetProperty("sourceKey")} {record.GetProperty("attributes").GetRawText()}";

    private string[] Keyed => ["--data", Data, "--template", "part", "--source", "wms", "--source-key-column", "Key"];

    private static string[] Named(string? encoding) => encoding is null ? [] : ["--encoding", encoding];

    private static string? NameOf(JsonElement record) =>
        record.GetProperty("attributes").GetProperty("name").GetString();

    private async Task<long> HeadAsync()
    {
        using var node = await OpenAsync();
        return await node.Get<NodeStore>().Log.HeadAsync(default);
    }

    private string Encoded(string name, string text, string encoding, bool mark)
    {
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        var file = Path.Combine(Root, name);
        File.WriteAllBytes(file, bytes.GetBytes((mark ? "\uFEFF" : "") + text));
        return file;
    }
}
