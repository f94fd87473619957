using System.Text.Json;
using IdResolution.Core.Registration;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class ExportCommandTests : CommandLineFixture
{
    private const string Attributes = """
        [{"code":"name","type":"text"},{"code":"source","type":"text"},{"code":"weight","type":"decimal"},{"code":"marks","type":"text","repeated":true},
         {"code":"cells","type":"decimal","repeated":true},{"code":"made","type":"date-time"},{"code":"tested","type":"boolean"}]
        """;

    private static readonly string[] s_items =
    [
        "name= a, \"b\"|weight=-0.50|marks=x",
        "name=two\r\nlines|marks=a;b|marks=  c|marks=[d",
        "name==SUM(A1)|source=own attribute|cells=0.71|cells=0.70",
        "name=碳纸|made=2026-03-01T08:00:00+08:00|tested=false",
        "marks=[1]",
        "weight=12345678901234567890.000000001",
    ];

    [Test]
    public async Task Export_ThenImportIntoAnotherNode_GivesTheSameRecords()
    {
        await InitAsync();
        await MakeTemplateAsync("part", Attributes);
        for (var i = 0; i < s_items.Length; i++)
        {
            string[] key = i % 2 == 0 ? ["--source", "mes" + i, "--source-key", "k,1"] : [];
            await DoAsync([
                "register",
                "--data",
                Data,
                "--template",
                "part",
                .. key,
                .. s_items[i].Split('|').SelectMany(a => new[] { "--attribute", a }),
            ]);
        }
        var other = Path.Combine(Root, "other");
        await InitAsync(other);
        await MakeTemplateAsync("part", Attributes, other);
        var file = Path.Combine(Root, "part.csv");

        await DoAsync("export", "--data", Data, "--template", "part", "--output", file);
        var imported = await RunAsync("import", file, "--data", other, "--template", "part");

        Assert.That(imported.Output, Does.StartWith($"registered {s_items.Length}, same 0, bad 0"), imported.Error);
        Assert.That(await ContentAsync(other), Is.EqualTo(await ContentAsync(Data)));
        Assert.That(File.Exists(file + ".partial"), Is.False);
        Assert.That(
            (await RunAsync("import", file, "--data", other, "--template", "part")).Output,
            Does.StartWith($"registered 0, same {s_items.Length}")
        );
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Export_CellsThatASpreadsheetCalculates_ComeBackAsTheyWere(bool excelSafe)
    {
        string[] names = ["=1+1", "+86", "-x", "@a", "\t=1", "'=1", "''-1", "'tis", "a=1", "'"];
        await InitAsync();
        await MakeTemplateAsync("part", Attributes);
        foreach (var name in names)
        {
            string[] key = ["--source", "=s", "--source-key", name.Trim()];
            string[] values = [$"name={name}", "weight=-1.5", $"marks={name}"];
            await DoAsync([
                "register",
                "--data",
                Data,
                "--template",
                "part",
                .. key,
                .. values.SelectMany(v => new[] { "--attribute", v }),
            ]);
        }
        var other = Path.Combine(Root, "other");
        await InitAsync(other);
        await MakeTemplateAsync("part", Attributes, other);
        var file = Path.Combine(Root, "part.csv");
        string[] option = excelSafe ? ["--excel-safe"] : [];

        await DoAsync(["export", "--data", Data, "--template", "part", "--output", file, .. option]);
        await DoAsync("import", file, "--data", other, "--template", "part");

        Assert.That(await ContentAsync(other), Is.EqualTo(await ContentAsync(Data)));
        var cells = (await File.ReadAllTextAsync(file))
            .Split('\n')
            .SelectMany(line => line.Split(','))
            .Select(cell => cell.Trim('"', '\r'))
            .ToList();
        var calculated = cells.Where(c => c is ['=' or '+' or '-' or '@' or '\t', ..] and not "-1.5");
        Assert.That(calculated.Any(), Is.Not.EqualTo(excelSafe));
        Assert.That(cells, Does.Contain("''=1").And.Contain("\u0027''-1").And.Contain("'tis").And.Contain("-1.5"));
    }

    [Test]
    public async Task Export_ExcelSafeForJson_IsRefused()
    {
        await InitAsync();

        var ran = await RunAsync("export", "--data", Data, "--excel-safe");

        Assert.That((ran.Code, ran.Error.TrimEnd()), Is.EqualTo((2, "--excel-safe is for --format csv.")));
    }

    [Test]
    public async Task Export_MoreThanAPage_HasEveryActiveRecordOnce()
    {
        await InitAsync();
        await MakeTemplateAsync("part", Attributes);
        await DoAsync(
            "import",
            Write("p.csv", "name\n" + string.Concat(Enumerable.Range(1, 2_500).Select(i => $"n{i}\n"))),
            "--data",
            Data,
            "--template",
            "part"
        );
        using (var node = await OpenAsync())
        {
            await node.Get<RecordEditor>()
                .RevokeAsync(
                    Core.Identifiers.Identifier.Parse("88.300.1/PART-000007").Value,
                    null,
                    Core.Access.Caller.CommandLine,
                    default
                );
        }

        var names = (await RecordsAsync("part")).Select(r =>
            r.GetProperty("attributes").GetProperty("name").GetString()
        );

        Assert.That(names, Is.EqualTo(Enumerable.Range(1, 2_500).Where(i => i != 7).Select(i => $"n{i}")));
    }

    [Test]
    public async Task Export_Csv_HasTheColumnsOfTheRecordFirst()
    {
        await InitAsync();
        await MakeTemplateAsync("part", Attributes);

        var csv = await DoAsync("export", "--data", Data, "--template", "part", "--format", "csv");

        Assert.That(
            csv,
            Is.EqualTo(
                "identifier,version,source,sourceKey,createdAt,updatedAt,name,attributes.source,weight,marks,cells,made,tested\r\n"
            )
        );
    }

    [Test]
    public async Task Export_OfANewerTemplateVersion_KeepsTheColumnsOfTheOlder()
    {
        await InitAsync();
        await MakeTemplateAsync("part", """[{"code":"old","type":"text"},{"code":"name","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "part", "--attribute", "old=o");
        await MakeTemplateAsync("part", """[{"code":"name","type":"text"},{"code":"new","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "part", "--attribute", "new=n");

        var lines = (await DoAsync("export", "--data", Data, "--template", "part", "--format", "csv")).Split("\r\n");

        Assert.That(lines[0], Does.EndWith(",name,new,old"));
        Assert.That(lines[1], Does.EndWith(",,,o"));
        Assert.That(lines[2], Does.EndWith(",,n,"));
    }

    [TestCase("--format csv", "needs --template")]
    [TestCase("--template nope", "There are:")]
    [TestCase("--format xml", "jsonl")]
    [TestCase("--output /nowhere/x.jsonl", "/nowhere")]
    public async Task Export_Wrong_SaysWhat(string arguments, string expected)
    {
        await InitAsync();

        var ran = await RunAsync(["export", "--data", Data, .. arguments.Split(' ')]);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain(expected));
    }

    private async Task<List<string>> ContentAsync(string data) =>
        [
            .. (await RecordsAsync("part", data)).Select(r =>
                string.Join(
                    ' ',
                    r.EnumerateObject()
                        .Where(p => p.Name is not ("createdAt" or "updatedAt"))
                        .Select(p => JsonSerializer.Serialize(p.Value))
                )
            ),
        ];
}
