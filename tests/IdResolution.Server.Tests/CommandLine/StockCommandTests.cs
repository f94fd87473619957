using System.Text.Json;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary><c>stock</c>, <c>stocktake</c> and <c>fulfilment</c> on a store of their own.</summary>
[TestFixture]
public sealed class StockCommandTests : CommandLineFixture
{
    private const string Bolt = Prefix + "/BOLT-1";
    private const string Order = Prefix + "/ORDER-1";

    [SetUp]
    public async Task FillAsync()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text","searchable":true}]""");
        foreach (var id in new[] { Bolt, Order })
        {
            await DoAsync([
                .. $"register --template bolt --identifier {id} --attribute size={id}".Split(' '),
                .. $"--source erp --source-key {id} --data".Split(' '),
                Data,
            ]);
        }
        var events = $$"""
            {"type":"commission","time":"2026-03-01T08:00:00Z","items":["{{Bolt}}"],"place":"Hall 1"}
            {"type":"cover","time":"2026-03-01T08:01:00Z","items":["{{Bolt}}"],"documents":["{{Order}}"]}
            """;
        await DoAsync("events", "import", Write("events.jsonl", events), "--data", Data);
    }

    [Test]
    public async Task Stock_IsATable_OrTheAnswer_AndFaultsNameTheOptions()
    {
        var table = await DoAsync("stock", "--data", Data, "--place", "hall 1");
        var json = await DoAsync("stock", "--data", Data, "--item", Bolt, "--json");
        var lot = await DoAsync("stock", "--data", Data, "--lot", Bolt, "--within", "Hall 1", "--json");
        var wrong = await RunAsync("stock", "--data", Data, "--item", "word", "--limit", "0", "--after", "x");

        Assert.That(table, Does.Contain("Hall 1").And.Contain(Bolt).And.Not.Contain(Order));
        Assert.That(Json(json).GetProperty("items")[0].GetProperty("place").GetString(), Is.EqualTo("Hall 1"));
        Assert.That(lot, Is.EqualTo(json));
        Assert.That(wrong.Code, Is.EqualTo(1));
        Assert.That(wrong.Error, Does.Contain("--item:").And.Contain("--limit:").And.Contain("--after:"));
    }

    [Test]
    public async Task Stocktake_EndsWithOneWhereSomethingDiffers_AndRecordsWhereThatIsAsked()
    {
        var scans = Write("scans.txt", $"{Order}\n\n");
        string[] count = ["stocktake", scans, "--data", Data, "--place", "Hall 1"];

        var asked = await RunAsync(count);
        var unkeyed = await RunAsync([.. count, "--record"]);
        var recorded = await RunAsync([
            .. count,
            "--record",
            "--source",
            "wms",
            "--source-key",
            "7",
            "--missing-to",
            "lost",
        ]);
        var after = await RunAsync(count);
        var unread = await RunAsync("stocktake", scans + "x", "--data", Data, "--place", "Hall 1", "--time", "now");

        Assert.That((asked.Code, unkeyed.Code, recorded.Code, after.Code), Is.EqualTo((1, 1, 1, 0)), recorded.Error);
        Assert.That(unkeyed.Error, Does.Contain("--source:").And.Contain("--source-key:"));
        Assert.That(Json(recorded.Output).GetProperty("recorded").GetArrayLength(), Is.EqualTo(2));
        Assert.That(unread.Error, Does.Contain("FILE").And.Contain("--time needs --record"));
        Assert.That(await DoAsync("stock", "--data", Data, "--place", "lost"), Does.Contain(Bolt));
    }

    [Test]
    public async Task Fulfilment_EndsWithOneWhereSomethingIsMissing()
    {
        var lacking = await RunAsync("fulfilment", Order, "--data", Data);
        var ship = $$"""
            {"type":"ship","time":"2026-03-01T08:02:00Z","items":["{{Bolt}}"],"documents":["{{Order}}"]}
            """;
        await DoAsync("events", "import", Write("ship.jsonl", ship), "--data", Data);
        var complete = await RunAsync("fulfilment", Order, "--data", Data);
        var none = await RunAsync("fulfilment", Prefix + "/none", "--data", Data);

        var byKey = await RunAsync("fulfilment", "--source", "erp", "--source-key", Order, "--data", Data);
        var found = await RunAsync("fulfilment", "--find", $"bolt:size={Order}", "--data", Data);

        Assert.That((byKey.Code, byKey.Output), Is.EqualTo((0, complete.Output)), byKey.Error);
        Assert.That((found.Code, found.Output), Is.EqualTo((0, complete.Output)), found.Error);
        Assert.That((lacking.Code, complete.Code, none.Code), Is.EqualTo((1, 0, 1)), complete.Error);
        Assert.That(Json(lacking.Output).GetProperty("lines")[0].GetProperty("missing").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Label_OfAnOrder_IsAStreamOfLabels_AndFaultsNameTheOptions()
    {
        string[] of = ["label", "--data", Data, "--public-url", "https://id.example.com"];
        var file = Path.Combine(Path.GetDirectoryName(Data)!, "labels.html");

        var zpl = await RunAsync([.. of, "--order", Order]);
        var html = await RunAsync([
            .. of,
            "--source",
            "erp",
            "--source-key",
            Order,
            "--format",
            "html",
            "--output",
            file,
        ]);
        var narrow = await RunAsync([.. of, "--order", Order, "--width", "1", "--dpi", "7"]);
        var none = await RunAsync([.. of, "--order", Bolt]);
        var both = await RunAsync([.. of, "--order", Order, "--source", "erp"]);
        var unknown = await RunAsync([.. of, "--order", Prefix + "/none"]);
        var urls = await RunAsync("label", "--data", Data, "--order", Order);

        Assert.That(zpl.Code, Is.Zero, zpl.Error);
        Assert.That(zpl.Output, Does.StartWith("^XA").And.Contain($"https://id.example.com/{Bolt}"));
        Assert.That(html.Code, Is.Zero, html.Error);
        Assert.That(await File.ReadAllTextAsync(file), Does.Contain("<article>").And.Contain("</html>"));
        Assert.That((narrow.Code, none.Code, both.Code, urls.Code), Is.EqualTo((1, 1, 1, 1)));
        Assert.That(narrow.Error, Does.Contain("--width").And.Contain("--dpi"));
        Assert.That(none.Error, Does.Contain(Bolt).And.Contain("--order:"));
        Assert.That(unknown.Error, Does.Contain("--order:"));
        Assert.That(both.Error, Does.Contain("--order"));
        Assert.That(urls.Error, Does.Contain("--public-url"));
    }

    private static JsonElement Json(string output) => JsonSerializer.Deserialize<JsonElement>(output);
}
