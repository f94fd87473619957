using System.Text.Json;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary><c>calibration</c>, <c>made</c> and <c>life</c> on a node that does not serve.</summary>
[TestFixture]
public sealed class EquipmentCommandTests : CommandLineFixture
{
    private const string Press = Prefix + "/PRESS-1";
    private const string Mould = Prefix + "/MOULD-1";
    private const string Item = Prefix + "/S1";

    [SetUp]
    public async Task MakeNodeAsync()
    {
        await InitAsync();
        await MakeTemplateAsync("press", """[{"code":"calibrationDueDate","type":"date"}]""");
        await DoAsync(["register", "--data", Data, "--template", "press", "--identifier", Press, .. Due("2026-03-01")]);
        await DoAsync([
            .. $"register --template press --identifier {Mould} --source mes --source-key M1 --data".Split(' '),
            Data,
        ]);
        var file = Write(
            "events.jsonl",
            $$"""
            {"type":"operate","time":"2026-03-01T08:00:00Z","items":"{{Item}}","step":"pressing","equipment":"{{Press}}"}
            {"type":"operate","time":"2026-03-02T08:00:00Z","items":"{{Prefix}}/S2","equipment":"{{Press}}"}
            {"type":"operate","time":"2026-03-02T08:00:00Z","items":"{{Prefix}}/S3","tools":"{{Mould}}"}
            {"type":"inspect","time":"2026-03-03T08:00:00Z","items":"{{Press}}","measurements":{"characteristic":"calibrationDueDate","text":"2027-03-03"} }

            """
        );
        await DoAsync("events", "import", file, "--data", Data);
    }

    [Test]
    public async Task Calibration_OfAnItem_EndsWithOneWhereItWasOverdue()
    {
        var valid = await RunAsync("calibration", "--data", Data, Item);
        var overdue = await RunAsync("calibration", "--data", Data, Prefix + "/S2", "--json");
        var mould = await RunAsync("calibration", "--data", Data, Prefix + "/S3");
        var none = await RunAsync("calibration", "--data", Data);

        Assert.That(valid.Code, Is.Zero, valid.Error);
        Assert.That(valid.Output, Does.Match($"operate +pressing +equipment +{Press} +valid +2026-03-01"));
        Assert.That(overdue.Code, Is.EqualTo(1));
        Assert.That(overdue.Output, Does.Contain("\"overdue\""));
        Assert.That(
            (mould.Code, mould.Output.Contains("not-subject", StringComparison.Ordinal)),
            Is.EqualTo((0, true))
        );
        Assert.That((none.Code, none.Error.Contains("ID", StringComparison.Ordinal)), Is.EqualTo((1, true)));
    }

    [Test]
    public async Task Made_AsATable_HasAllPages()
    {
        var table = await RunAsync("made", "--data", Data, Press, "--limit", "1");
        var csv = await DoAsync("made", "--data", Data, Press, "--limit", "1", "--format", "csv");
        var wrong = await RunAsync("made", "--data", Data, Press, "--limit", "0");

        Assert.That(table.Output, Does.Contain(Item).And.Not.Contain("/S2"));
        Assert.That(table.Error, Does.Contain("--after"));
        Assert.That(csv.Trim().Split("\r\n").Select(static row => row.Split(',')[0]), Is.EqualTo(s_rows));
        Assert.That((wrong.Code, wrong.Error.Contains("--limit", StringComparison.Ordinal)), Is.EqualTo((1, true)));
    }

    [Test]
    public async Task Life_AtATime_IsTheAnswerOfTheCall()
    {
        var before = JsonDocument.Parse(await DoAsync("life", "--data", Data, Press, "--at", "2026-03-02T08:00:00Z"));
        var now = JsonDocument.Parse(await DoAsync("life", "--data", Data, Press));
        var wrong = await RunAsync("life", "--data", Data, Press, "--limit", "0");
        var unknown = await RunAsync("life", "--data", Data, Prefix + "/none");

        Assert.That(StateOf(before), Is.EqualTo("overdue"));
        Assert.That(StateOf(now), Is.EqualTo("valid"));
        Assert.That((wrong.Code, unknown.Code), Is.EqualTo((1, 1)));
        Assert.That(wrong.Error, Does.Contain("--limit:"));
        Assert.That(unknown.Error, Does.Contain("ID:"));
    }

    [TestCase("calibration")]
    [TestCase("made")]
    [TestCase("life")]
    public async Task EachVerb_TakesTheBusinessKey(string verb)
    {
        var named = await RunAsync(verb, "--data", Data, Mould);
        var keyed = await RunAsync(verb, "--data", Data, "--source", "mes", "--source-key", "M1");
        var both = await RunAsync(verb, "--data", Data, Mould, "--source", "mes", "--source-key", "M1");
        var unknown = await RunAsync(verb, "--data", Data, "--source", "mes", "--source-key", "M2");

        // Lives are told of now.
        Assert.That(keyed.Output.Split("\"at\"")[0], Is.EqualTo(named.Output.Split("\"at\"")[0]).And.Not.Empty);
        Assert.That((keyed.Code, both.Code, unknown.Code), Is.EqualTo((named.Code, 1, 1)), keyed.Error);
        Assert.That(both.Error, Does.Contain("one way"));
    }

    private static readonly string[] s_rows = ["identifier", Item, Prefix + "/S2"];

    private static string[] Due(string day) => ["--attribute", "calibrationDueDate=" + day];

    private static string? StateOf(JsonDocument life) =>
        life.RootElement.GetProperty("calibration").GetProperty("state").GetString();
}
