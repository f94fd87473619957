using System.Text.Json;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary><c>scan</c>: what is shown, allowed and recorded.</summary>
[TestFixture]
public sealed class ScanCommandTests : CommandLineFixture
{
    private const string Roll = Prefix + "/ROLL-1";
    private const string Piece = Prefix + "/PIECE-1";

    [SetUp]
    public async Task FillAsync()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        foreach (var id in new[] { Roll, Piece })
        {
            await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", id);
        }
    }

    [Test]
    public async Task Scan_WithoutIntent_PrintsTheRecord()
    {
        var output = await DoAsync("scan", $"https://id.example.com/{Roll}\r\n", "--data", Data);

        Assert.That(Json(output).GetProperty("identifier").GetString(), Is.EqualTo(Roll));
    }

    [Test]
    public async Task Scan_Use_IsRecordedOnce_AndThenRefused()
    {
        string[] use =
        [
            "scan",
            Roll,
            "--data",
            Data,
            "--do",
            "use",
            "--into",
            Piece,
            "--step",
            "20",
            "--place",
            "Hall 1",
        ];
        string[] record = [.. use, "--record", "--source", "line-3", "--source-key", "1"];

        var asked = await RunAsync(use);
        var first = await RunAsync(record);
        var again = await RunAsync(record);
        var other = await RunAsync([.. use, "--record", "--time", "2026-03-01T08:00:00Z"]);

        Assert.That((asked.Code, first.Code, again.Code), Is.EqualTo((0, 0, 0)), first.Error);
        Assert.That(Json(asked.Output).TryGetProperty("event", out _), Is.False);
        var id = Json(first.Output).GetProperty("event").GetString();
        Assert.That(Json(again.Output).GetProperty("event").GetString(), Is.EqualTo(id));
        Assert.That(other.Code, Is.EqualTo(1));
        Assert.That(Json(other.Output).GetProperty("allowed").GetBoolean(), Is.False);
        Assert.That(
            Json(other.Output).GetProperty("reasons")[0].GetProperty("code").GetString(),
            Is.EqualTo("AlreadyUsed")
        );
        var story = Json((await DoAsync("story", Roll, "--data", Data)).Trim());
        Assert.That(
            (story.GetProperty("type").GetString(), story.GetProperty("step").GetProperty("text").GetString()),
            Is.EqualTo(("transform", "20"))
        );
    }

    [Test]
    public async Task Scan_Held_SaysWhyInTheLanguage_AndEndsWithOne()
    {
        var hold = $$"""{"type":"hold","time":"2026-03-01T08:00:00Z","items":["{{Roll}}"],"reason":"thin"}""";
        await DoAsync("events", "import", Write("hold.jsonl", hold), "--data", Data);

        var ran = await RunAsync("scan", Roll, "--data", Data, "--do", "ship", "--order", "SO-1", "--lang", "zh");

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Output, Does.Contain("\"Held\"").And.Contain("冻结"));
    }

    [Test]
    public async Task Scan_TakesTheBusinessKeysOfOrderAndMachine_AndRefusesAnOrderThatNobodyKnows()
    {
        var order = $"register --template bolt --identifier {Prefix}/SO-1 --source erp --source-key SO-1 --data";
        await DoAsync([.. order.Split(' '), Data]);
        string[] ship = ["scan", Roll, "--data", Data, "--do", "ship"];

        var known = await RunAsync([.. ship, "--order-source", "erp", "--order-key", "SO-1"]);
        var machine = await RunAsync([.. ship, "--equipment-source", "erp", "--equipment-key", "SO-1"]);
        var unknown = await RunAsync([.. ship, "--order", $"{Prefix}/SO-3", "--lang", "zh"]);
        var none = await RunAsync([.. ship, "--order-source", "erp", "--order-key", "SO-2"]);
        var half = await RunAsync([.. ship, "--equipment-source", "erp"]);

        Assert.That((known.Code, machine.Code), Is.EqualTo((0, 0)), known.Error + machine.Error);
        Assert.That(unknown.Output, Does.Contain("UnknownOrder").And.Contain("未注册"));
        Assert.That((unknown.Code, none.Code, half.Code), Is.EqualTo((1, 1, 1)));
        Assert.That(none.Error, Does.Contain("--order").And.Contain("SO-2"));
        Assert.That(half.Error, Does.Contain("--equipment"));
    }

    [Test]
    public async Task Scan_ThatIsRecordedForAnOrder_PrintsItsLabels()
    {
        var order = $"register --template bolt --identifier {Prefix}/SO-1 --source erp --source-key SO-1 --data";
        await DoAsync([.. order.Split(' '), Data]);
        string[] ship = ["scan", Roll, "--data", Data, "--do", "ship", "--order", $"{Prefix}/SO-1"];
        string[] record = [.. ship, "--record", "--source", "wms", "--source-key", "1"];
        string[] labels = ["--labels", "--public-url", "https://id.example.com"];

        var nowhere = await RunAsync([.. record, "--labels"]);
        var unrecorded = await RunAsync([.. ship, .. labels]);
        var useless = await RunAsync([.. record, "--public-url", "https://id.example.com"]);
        var done = await RunAsync([.. record, .. labels]);

        Assert.That((nowhere.Code, unrecorded.Code, useless.Code), Is.EqualTo((1, 1, 1)));
        Assert.That(nowhere.Error, Does.Contain("--public-url"));
        Assert.That(unrecorded.Error, Does.Contain("--labels needs --record"));
        Assert.That(useless.Error, Does.Contain("--public-url needs --labels"));
        Assert.That(done.Code, Is.Zero, done.Error);
        Assert.That(
            Json(done.Output).GetProperty("labels").GetProperty("zpl").GetString(),
            Does.StartWith("^XA").And.Contain($"https://id.example.com/{Roll}")
        );
    }

    [Test]
    public async Task Scan_WithABomAndTools_IsJudgedByThem_AndFaultsNameTheOptions()
    {
        var ran = await RunAsync(
            "scan",
            Roll,
            "--data",
            Data,
            "--do",
            "use",
            "--bom",
            Piece,
            "--equipment",
            "press 3",
            "--tool",
            " ",
            "--tool",
            "hand"
        );
        var unused = await RunAsync("scan", Roll, "--data", Data, "--bom", Piece, "--tool", "hand");

        Assert.That((ran.Code, unused.Code), Is.EqualTo((1, 1)));
        Assert.That(ran.Error, Does.Contain("--bom:").And.Contain("--tool:").And.Not.Contain("--equipment:"));
        Assert.That(unused.Error, Does.Contain("--bom needs --do").And.Contain("--tool needs --do"));
    }

    [Test]
    public async Task Scan_BadInput_NamesTheOptions()
    {
        var unused = await RunAsync("scan", Roll, "--data", Data, "--into", Piece, "--time", "2026-03-01T08:00:00Z");
        var needed = await RunAsync("scan", Roll, "--data", Data, "--do", "install", "--record", "--quantity", "much");
        var text = await RunAsync("scan", "nothing", "--data", Data);
        var unknown = await RunAsync("scan", Prefix + "/none", "--data", Data, "--do", "use");
        var verb = await RunAsync("scan", Roll, "--data", Data, "--do", "eat");

        Assert.That((unused.Code, needed.Code, text.Code, unknown.Code, verb.Code), Is.EqualTo((1, 1, 1, 1, 2)));
        Assert.That(unused.Error, Does.Contain("--into: --into needs --do").And.Contain("--time needs --record"));
        Assert.That(needed.Error, Does.Contain("--into:").And.Contain("--record:").And.Contain("--quantity:"));
        Assert.That(text.Error, Does.StartWith("TEXT:"));
        Assert.That(unknown.Error, Does.Contain("none"));
    }

    private static JsonElement Json(string output) => JsonSerializer.Deserialize<JsonElement>(output);
}
