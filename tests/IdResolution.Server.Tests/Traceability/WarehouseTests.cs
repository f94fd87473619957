using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Stocktakes, and what orders lack.</summary>
[TestFixture]
public sealed class WarehouseTests : NodeFixture
{
    private int _minute;

    [OneTimeSetUp]
    public async Task PublishAsync()
    {
        await PublishAsync(
            "list",
            """
            {"code":"list","attributes":[{"code":"rows","type":"text","repeated":true}],"trace":{"lines":"rows"} }
            """
        );
        await PublishAsync(
            "job",
            """
            {"code":"job","attributes":[{"code":"count","type":"decimal"},{"code":"list","type":"reference"}],
             "trace":{"bom":"list","quantity":"count"} }
            """
        );
        await PublishAsync("cell", """{"code":"cell","attributes":[{"code":"name","type":"text"}]}""");
    }

    [Test]
    public async Task Stocktake_TellsEachDifference_AndChangesNothing()
    {
        var (a, b) = (NewPlace(), NewPlace());
        var ids = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            ids.Add(await Server.RegisterAsync());
        }
        var (pallet, box, inBox, right, missing, other, stray) = (
            ids[0],
            ids[1],
            ids[2],
            ids[3],
            ids[4],
            ids[5],
            ids[6]
        );
        await EventAsync(
            "commission",
            $$""" "items":["{{pallet}}","{{box}}","{{inBox}}","{{right}}","{{missing}}"],"place":"{{a}}" """
        );
        await EventAsync("commission", $$""" "items":["{{other}}"],"place":"{{b}}" """);
        await EventAsync("assemble", $$""" "parent":"{{box}}","children":["{{inBox}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{box}}"] """);
        string[] scans = [pallet, right, right + "\r\n", other, stray, TestNode.Prefix + "/none", "nothing"];

        var taken = await CountAsync(a, scans);

        Assert.That(taken.Status, Is.EqualTo(200), taken.ToString());
        var json = taken.Json;
        Assert.That(json.GetProperty("right").GetBoolean(), Is.False);
        Assert.That(
            (json.GetProperty("expected").GetInt32(), json.GetProperty("counted").GetInt32()),
            Is.EqualTo((5, 4))
        );
        Assert.That(Identifiers(json, "missing"), Is.EqualTo([missing]));
        Assert.That(Identifiers(json, "elsewhere"), Is.EqualTo([other]));
        Assert.That(json.GetProperty("elsewhere")[0].GetProperty("place").GetString(), Is.EqualTo(b));
        Assert.That(Texts(json, "unexpected"), Is.EqualTo([stray]));
        Assert.That(Texts(json, "unknown"), Is.EqualTo([TestNode.Prefix + "/none", "nothing"]));
        Assert.That(Texts(json, "twice"), Is.EqualTo([right]));
        Assert.That(json.GetProperty("recorded").GetArrayLength(), Is.Zero);
        Assert.That((await CountAsync(a, scans)).Text, Is.EqualTo(taken.Text));
    }

    [Test]
    public async Task Stocktake_ThatIsRecorded_BringsTheStockToWhatWasFound_Once()
    {
        var (a, b) = (NewPlace(), NewPlace());
        var (lost, found) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var lot = await Server.RegisterAsync();
        await EventAsync("commission", $$""" "items":["{{lost}}"],"place":"{{a}}" """);
        await EventAsync("commission", $$""" "items":["{{found}}"],"place":"{{b}}" """);
        await EventAsync(
            "commission",
            $$""" "items":[{"identifier":"{{lot}}","quantity":5,"unit":"KGM"}],"place":"{{b}}" """
        );
        var record = $$"""
            ,"record":{"source":"wms","sourceKey":"{{lost}}","time":"2026-03-03T08:00:00Z"},"missingTo":"lost"
            """;

        var taken = await CountAsync(a, [found, lot], record, Role.Registrar);
        var again = await CountAsync(a, [found, lot], record, Role.Registrar);

        Assert.That(taken.Json.GetProperty("recorded").GetArrayLength(), Is.EqualTo(2), taken.ToString());
        Assert.That(Events(again), Is.EqualTo(Events(taken)).And.Length.EqualTo(2), again.ToString());
        // Nobody said how much of the lot was found.
        Assert.That(Identifiers(again.Json, "elsewhere"), Is.EqualTo([lot]));
        Assert.That(Identifiers(again.Json, "missing"), Is.Empty);
        Assert.That((await CountAsync(a, [found], record, Role.Reader)).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Stocktake_MovesNoLots_NorWhatIsNoMore_AndSentAgainIsTheSame()
    {
        var (a, b) = (NewPlace(), NewPlace());
        var (lot, gone, found, lost) = (
            await Server.RegisterAsync(),
            await Server.RegisterAsync(),
            await Server.RegisterAsync(),
            await Server.RegisterAsync()
        );
        await EventAsync(
            "commission",
            $$""" "items":[{"identifier":"{{lot}}","quantity":31}, "{{lost}}"],"place":"{{b}}" """
        );
        await EventAsync("move", $$""" "items":[{"identifier":"{{lot}}","quantity":1}],"place":"{{a}}" """);
        await EventAsync("destroy", $$""" "items":["{{gone}}"] """);
        await EventAsync("move", $$""" "items":["{{lost}}"],"place":"{{a}}" """);
        var record = $$""","record":{"source":"wms","sourceKey":"{{lost}}"},"missingTo":"away" """;

        var taken = await CountAsync(a, [gone, found], record, Role.Registrar);
        var again = await CountAsync(a, [gone, found], record, Role.Registrar);

        Assert.That(taken.Json.GetProperty("recorded").GetArrayLength(), Is.EqualTo(2), taken.ToString());
        Assert.That(Identifiers(taken.Json, "missing"), Is.EquivalentTo(new[] { lot, lost }));
        Assert.That(Texts(taken.Json, "unexpected"), Is.EquivalentTo(new[] { gone, found }));
        Assert.That((again.Status, Texts(again.Json, "unexpected")), Is.EqualTo((200, new[] { gone })));
        Assert.That(Events(again), Is.EqualTo(Events(taken)));
        var stock = await Server.GetAsync($"/api/v1/stock?item={lot}", Role.Reader);
        Assert.That(
            stock.Items.Select(line => line.GetProperty("quantity").GetInt32()),
            Is.EquivalentTo(new[] { 1, 30 })
        );
        Assert.That((await Server.GetAsync($"/api/v1/stock?item={found}", Role.Reader)).Text, Does.Contain(a));
        Assert.That(stock.Json.GetProperty("behind").GetInt64(), Is.Zero);
    }

    [TestCase("""{"place":"x","scans":["x"],"record":{"source":"wms","sourceKey":""}}""", "record.sourceKey")]
    [TestCase("""{"place":"x","scans":["x"],"record":{"source":"wms"}}""", "record.sourceKey")]
    [TestCase(
        """{"place":"x","scans":["x"],"record":{"source":"wms","sourceKey":"k","time":"2026-03-01"}}""",
        "record.time"
    )]
    public async Task Stocktake_FaultOfItsRecord_NamesItsField(string body, string field)
    {
        var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/stock:count", body);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, field)), answer.ToString());
    }

    [TestCase("""{"scans":["x"]}""", "place")]
    [TestCase("""{"place":" ","scans":["x"]}""", "place")]
    [TestCase("""{"place":"Hall 1","scans":[]}""", "scans")]
    [TestCase("""{"place":"Hall 1","scans":["x"],"missingTo":"lost"}""", "missingTo")]
    [TestCase("""{"place":"Hall 1","scans":["x"],"colour":1}""", "colour")]
    public async Task Stocktake_Fault_NamesItsField(string body, string field)
    {
        var answer = await Server.SendAsync(Role.Reader, "POST", "/api/v1/stock:count", body);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, field)), answer.ToString());
    }

    [Test]
    public async Task Stocktake_MissesAPallet_AndDoesNotTakeAwayWhatWasScannedOnIt()
    {
        var a = NewPlace();
        var (pallet, box, seen, unseen, empty) = (
            await Server.RegisterAsync(),
            await Server.RegisterAsync(),
            await Server.RegisterAsync(),
            await Server.RegisterAsync(),
            await Server.RegisterAsync()
        );
        await EventAsync(
            "commission",
            $$""" "items":["{{pallet}}","{{box}}","{{seen}}","{{unseen}}","{{empty}}"],"place":"{{a}}" """
        );
        await EventAsync("assemble", $$""" "parent":"{{box}}","children":["{{seen}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{box}}","{{unseen}}"] """);
        var record = $$""","record":{"source":"wms","sourceKey":"{{seen}}"},"missingTo":"lost" """;

        var taken = await CountAsync(a, [seen], record, Role.Registrar);

        Assert.That(Identifiers(taken.Json, "missing"), Is.EquivalentTo(new[] { pallet, box, unseen, empty }));
        foreach (var (id, place) in new[] { (seen, a), (box, a), (pallet, a), (unseen, "lost"), (empty, "lost") })
        {
            var status = await Server.GetAsync($"/api/v1/status/{id}", Role.Reader);
            Assert.That(status.Json.GetProperty("place").GetString(), Is.EqualTo(place), status.ToString());
        }
    }

    [Test]
    public async Task Fulfilment_OfAnOrderThatNobodySaidAnythingOf_IsNotComplete()
    {
        var order = await Server.RegisterAsync();

        var answer = await Server.GetAsync($"/api/v1/fulfilment/{order}", Role.Reader);

        Assert.That(answer.Json.GetProperty("complete").GetBoolean(), Is.False, answer.ToString());
        Assert.That(answer.Json.GetProperty("lines").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Stocktake_OfAPlaceThatNobodyKnows_OrOfNothing_IsRefused()
    {
        var (a, there) = (NewPlace(), await Server.RegisterAsync());
        await EventAsync("commission", $$""" "items":["{{there}}"],"place":"{{a}}" """);
        var record = $$""","record":{"source":"wms","sourceKey":"{{there}}"},"missingTo":"lost" """;

        var unknown = await CountAsync(NewPlace(), [there]);
        var nothing = await CountAsync(a, ["", "nothing"], record, Role.Registrar);

        Assert.That((unknown.Status, unknown.Fields[0]), Is.EqualTo((404, "place")), unknown.ToString());
        Assert.That((nothing.Status, nothing.Fields[0]), Is.EqualTo((422, "scans")), nothing.ToString());
        Assert.That((await CountAsync(a, ["nothing"])).Json.GetProperty("missing").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Stocktake_OfMoreThan10000Scans_IsRefused()
    {
        var answer = await CountAsync("Hall 1", [.. Enumerable.Repeat("x", 10_001)]);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, "scans")), answer.ToString());
    }

    [Test]
    public async Task Fulfilment_OfAnOrderWithLines_TellsWhatIsMissing()
    {
        var order = await MadeAsync("list", """{"rows":["cell;3;C62","part;10;KGM","other;1;C62"]}""");
        var (one, two, lot) = (await MadeAsync("cell"), await MadeAsync("cell"), await Server.RegisterAsync());
        await EventAsync("move", $$""" "items":["{{one}}","{{two}}"],"place":"Gate","documents":["{{order}}"] """);
        await EventAsync("move", $$""" "items":["{{one}}"],"place":"Gate 2","documents":["{{order}}"] """);
        var shipped = await EventAsync(
            "ship",
            $$""" "items":["{{one}}",{"identifier":"{{lot}}","quantity":4,"unit":"KGM"}],"documents":["{{order}}"] """
        );
        await EventAsync("receive", $$""" "items":["{{one}}"],"documents":["{{order}}"] """);

        var lines = await LinesAsync(order);
        await EventAsync("correct", $$""" "corrects":"{{shipped}}" """);
        var corrected = await LinesAsync(order);

        Assert.That(lines, Is.EqualTo(["cell C62 3 2 1 1 1", "part KGM 10 0 4 0 6", "other C62 1 0 0 0 1"]));
        Assert.That(corrected[1], Is.EqualTo("part KGM 10 0 0 0 10"));
    }

    [TestCase(""","count":"2.5" """, "cell C62 7.5 1 0 0 6.5")]
    [TestCase(""","count":0""", "cell C62 0 1 0 0 0")]
    // Nobody said how many: of one.
    [TestCase("", "cell C62 3 1 0 0 2")]
    public async Task Fulfilment_OfABillOfMaterials_NeedsItsLinesAsOftenAsTheOrderSays(string count, string line)
    {
        var list = await MadeAsync("list", """{"rows":["cell;3;C62"]}""");
        var order = await MadeAsync("job", $$"""{"list":"{{list}}"{{count}}}""");
        var cell = await MadeAsync("cell");
        await EventAsync("move", $$""" "items":["{{cell}}"],"place":"Gate","documents":["{{order}}"] """);

        Assert.That(await LinesAsync(order), Is.EqualTo([line]));
    }

    [Test]
    public async Task Fulfilment_OfMoreThanAnEventMaySay_NamesTheLine()
    {
        var list = await MadeAsync("list", """{"rows":["cell;1000000000000000;C62"]}""");
        var order = await MadeAsync("job", $$"""{"list":"{{list}}","count":100000000000000}""");

        var answer = await Server.GetAsync($"/api/v1/fulfilment/{order}", Role.Reader);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(Texts(answer.Json, "unreadable"), Is.EqualTo(["cell;1000000000000000;C62"]));
    }

    [Test]
    public async Task Order_WithAQuantity_IsNoLot()
    {
        var (order, place) = (await MadeAsync("job", """{"count":4}"""), NewPlace());
        await EventAsync("move", $$""" "items":["{{order}}"],"place":"{{place}}" """);

        var stock = await Server.GetAsync($"/api/v1/stock?place={Uri.EscapeDataString(place)}", Role.Reader);

        // It is one paper there, not four of them.
        Assert.That(stock.Items.Single().GetProperty("quantity").GetDecimal(), Is.EqualTo(1), stock.Text);
        await EventAsync("transform", $$""" "inputs":["{{order}}"],"outputs":["{{Server.NewId()}}"] """);
        stock = await Server.GetAsync($"/api/v1/stock?place={Uri.EscapeDataString(place)}", Role.Reader);
        Assert.That(stock.Items, Is.Empty, stock.Text);
    }

    [Test]
    public async Task Fulfilment_OfAnOrderWithoutLines_IsOfWhatItCovers()
    {
        var order = await Server.RegisterAsync();
        var (one, two) = (await MadeAsync("cell"), await MadeAsync("cell"));
        await EventAsync("cover", $$""" "documents":["{{order}}"],"items":["{{one}}","{{two}}"] """);
        var before = await Server.GetAsync($"/api/v1/fulfilment/{order}", Role.Reader);
        await EventAsync("ship", $$""" "documents":["{{order}}"],"items":["{{one}}","{{two}}"] """);
        var after = await Server.GetAsync($"/api/v1/fulfilment?id={order}", Role.Reader);

        Assert.That(before.Json.GetProperty("complete").GetBoolean(), Is.False);
        Assert.That(after.Json.GetProperty("complete").GetBoolean(), after.Text);
        Assert.That(await LinesAsync(order), Is.EqualTo(["cell - 2 0 2 0 0"]));
        Assert.That(
            (await Server.GetAsync($"/api/v1/fulfilment/{Server.NewId()}", Role.Reader)).Status,
            Is.EqualTo(404)
        );
    }

    [TestCase("ship", false)]
    [TestCase("receive", false)]
    [TestCase("ship", true)]
    public async Task Order_IsComplete_WhenAllWasSentOrCame_AndOneToMakeSomethingWhenItWasPicked(
        string last,
        bool isByBill
    )
    {
        const string rows = """{"rows":["cell;1;C62"]}""";
        var order = isByBill
            ? await MadeAsync("job", $$"""{"list":"{{await MadeAsync("list", rows)}}"}""")
            : await MadeAsync("list", rows);
        var cell = await MadeAsync("cell");
        async Task<bool> IsCompleteAsync() =>
            (await Server.GetAsync($"/api/v1/fulfilment/{order}", Role.Reader))
                .Json.GetProperty("complete")
                .GetBoolean();

        await EventAsync("move", $$""" "items":["{{cell}}"],"place":"dock","documents":["{{order}}"] """);
        Assert.That(await LinesAsync(order), Is.EqualTo(["cell C62 1 1 0 0 0"]));
        Assert.That(await IsCompleteAsync(), Is.EqualTo(isByBill));

        await EventAsync(last, $$""" "items":["{{cell}}"],"documents":["{{order}}"] """);
        Assert.That(await IsCompleteAsync());
    }

    [Test]
    public async Task Fulfilment_OfAPalletThatIsShipped_CountsWhatIsOnIt_AndNotWhatWasTakenOff()
    {
        var order = await MadeAsync("list", """{"rows":["cell;2;C62"]}""");
        var (one, two, off) = (await MadeAsync("cell"), await MadeAsync("cell"), await MadeAsync("cell"));
        var (pallet, box) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await EventAsync("assemble", $$""" "parent":"{{box}}","children":["{{two}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{one}}","{{box}}","{{off}}"] """);
        await EventAsync("disassemble", $$""" "parent":"{{pallet}}","children":["{{off}}"] """);

        await EventAsync("ship", $$""" "items":["{{pallet}}"],"documents":["{{order}}"] """);

        Assert.That((await LinesAsync(order))[0], Is.EqualTo("cell C62 2 0 2 0 0"));
    }

    [Test]
    public async Task Fulfilment_OfLinesThatNameTheSame_FillsOneAfterTheOther()
    {
        var order = await MadeAsync("list", """{"rows":["cell;3;C62","cell;3;C62","other;1;C62;cell"]}""");
        var cells = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            cells.Add(await MadeAsync("cell"));
        }
        await EventAsync("ship", $$""" "items":["{{string.Join("\",\"", cells)}}"],"documents":["{{order}}"] """);

        Assert.That(
            await LinesAsync(order),
            Is.EqualTo(["cell C62 3 0 3 0 0", "cell C62 3 0 3 0 0", "other C62 1 0 0 0 1"])
        );
    }

    [TestCase("GRM", "5", "KGM", "part GRM 5000 0 5000 0 0")]
    [TestCase("KGM", "500", "GRM", "part KGM 5000 0 0.5 0 4999.5")]
    [TestCase("GRM", "5", "MTR", "part GRM 5000 0 0 0 5000", "part MTR 0 0 5 0 0")]
    [TestCase("GRM", "5", "BX", "part GRM 5000 0 0 0 5000", "part BX 0 0 5 0 0")]
    public async Task Fulfilment_InAnotherUnit_IsConverted_OrKeptApart(
        string planned,
        string quantity,
        string unit,
        params string[] lines
    )
    {
        var order = await MadeAsync("list", $$"""{"rows":["part;5000;{{planned}}"]}""");
        var lot = await Server.RegisterAsync();
        await EventAsync(
            "ship",
            $$"""
            "items":[{"identifier":"{{lot}}","quantity":{{quantity}},"unit":"{{unit}}"}],"documents":["{{order}}"]
            """
        );

        Assert.That(await LinesAsync(order), Is.EqualTo(lines));
    }

    [Test]
    public async Task Fulfilment_OfALotWithoutAQuantity_IsOfAllThatThereIs_OnAPalletToo()
    {
        var order = await MadeAsync("list", """{"rows":["part;45;KGM"]}""");
        var (lot, other, pallet) = (
            await Server.RegisterAsync(),
            await Server.RegisterAsync(),
            await MadeAsync("cell")
        );
        foreach (var one in new[] { lot, other })
        {
            await EventAsync("commission", $$""" "items":[{"identifier":"{{one}}","quantity":25,"unit":"KGM"}] """);
        }
        await EventAsync("ship", $$""" "items":[{"identifier":"{{lot}}","quantity":5,"unit":"KGM"}] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{other}}"] """);
        await EventAsync("move", $$""" "items":["{{lot}}","{{pallet}}"],"place":"dock","documents":["{{order}}"] """);
        await EventAsync("ship", $$""" "items":["{{lot}}","{{pallet}}"],"documents":["{{order}}"] """);

        Assert.That((await LinesAsync(order))[0], Is.EqualTo("part KGM 45 45 45 0 0"));
        await EventAsync("receive", $$""" "items":["{{lot}}","{{pallet}}"],"documents":["{{order}}"] """);
        Assert.That((await LinesAsync(order))[0], Is.EqualTo("part KGM 45 45 45 50 0"));
    }

    [Test]
    public async Task Fulfilment_OfALotThatIsMovedTwice_IsPickedOnce()
    {
        var order = await MadeAsync("list", """{"rows":["part;10;KGM"]}""");
        var lot = await Server.RegisterAsync();
        foreach (var (place, quantity) in new[] { ("stage", 3), ("stage", 2), ("dock", 5) })
        {
            await EventAsync(
                "move",
                $$"""
                "items":[{"identifier":"{{lot}}","quantity":{{quantity}},"unit":"KGM"}],
                "place":"{{place}}","documents":["{{order}}"]
                """
            );
        }

        Assert.That(await LinesAsync(order), Is.EqualTo(["part KGM 10 5 0 0 5"]));
    }

    [TestCase("cell")]
    [TestCase("cell;;C62")]
    [TestCase("cell;some;C62")]
    [TestCase("cell;-1;C62")]
    public async Task Fulfilment_OfALineThatDoesNotSayHowMuch_IsNeverComplete(string line)
    {
        var order = await MadeAsync("list", $$"""{"rows":["{{line}}"]}""");
        await EventAsync("ship", $$""" "items":["{{await MadeAsync("cell")}}"],"documents":["{{order}}"] """);

        var answer = await Server.GetAsync($"/api/v1/fulfilment/{order}", Role.Reader);

        Assert.That(answer.Json.GetProperty("complete").GetBoolean(), Is.False, answer.Text);
        Assert.That(Texts(answer.Json, "unreadable"), Is.EqualTo([line]));
    }

    [Test]
    public async Task Fulfilment_OfAnOrderThatCoversAPallet_PlansItsGoods()
    {
        var (order, pallet) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var (one, two) = (await MadeAsync("cell"), await MadeAsync("cell"));
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{one}}","{{two}}"] """);
        await EventAsync("cover", $$""" "documents":["{{order}}"],"items":["{{pallet}}"] """);
        Assert.That(await LinesAsync(order), Is.EqualTo(["cell - 2 0 0 0 2"]));

        await EventAsync("ship", $$""" "documents":["{{order}}"],"items":["{{one}}","{{two}}"] """);

        Assert.That(await LinesAsync(order), Is.EqualTo(["cell - 2 0 2 0 0"]));
    }

    private static string NewPlace() => "Hall " + Guid.NewGuid().ToString("N");

    private static string[] Texts(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    private static string[] Identifiers(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(e => e.GetProperty("identifier").GetString()!)];

    private async Task<string[]> LinesAsync(string order)
    {
        var answer = await Server.GetAsync($"/api/v1/fulfilment/{order}", Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return
        [
            .. answer
                .Json.GetProperty("lines")
                .EnumerateArray()
                .Select(line =>
                    $"{line.GetProperty("material")} {(line.TryGetProperty("unit", out var unit) ? unit : "-")} "
                    + $"{line.GetProperty("planned")} {line.GetProperty("picked")} {line.GetProperty("shipped")} "
                    + $"{line.GetProperty("received")} {line.GetProperty("missing")}"
                ),
        ];
    }

    private Task<Answer> CountAsync(string place, string[] scans, string more = "", Role role = Role.Reader) =>
        Server.SendAsync(
            role,
            "POST",
            "/api/v1/stock:count",
            $$"""{"place":"{{place}}","scans":{{JsonSerializer.Serialize(scans)}}{{more}}}"""
        );

    private static string[] Events(Answer count) =>
        [.. count.Json.GetProperty("recorded").EnumerateArray().Select(e => e.GetProperty("event").GetString()!)];

    private async Task<string> EventAsync(string type, string members)
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"{{type}}","time":"2026-03-02T08:00:{{_minute++:00}}Z",{{members}}}"""
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return answer.Json.GetProperty("event").GetString()!;
    }

    private async Task<string> MadeAsync(string template, string attributes = "{}")
    {
        var id = Server.NewId();
        var made = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"{{template}}","identifier":"{{id}}","attributes":{{attributes}}}"""
        );
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        return id;
    }

    private async Task PublishAsync(string code, string body)
    {
        var saved = await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates", body);
        Assert.That(saved.Status, Is.EqualTo(201), saved.ToString());
        var published = await Server.SendAsync(Role.Admin, "POST", $"/api/v1/templates/{code}/publish");
        Assert.That(published.Status, Is.EqualTo(200), published.ToString());
    }
}
