using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>What is where: pallets, lots by place, late events and corrections, pages, and which goes out first.</summary>
[TestFixture]
public sealed class StockTests : NodeFixture
{
    private int _minute;

    [OneTimeSetUp]
    public async Task PublishAsync()
    {
        await PublishAsync(
            "frame",
            """{"code":"frame","attributes":[{"code":"name","type":"text"}],"trace":{"links":[{"type":"contains"}]} }"""
        );
        await PublishAsync(
            "spot",
            """{"code":"spot","attributes":[{"code":"parent","type":"reference","searchable":true}]}"""
        );
        await PublishAsync(
            "piece",
            """
            {"code":"piece","attributes":[{"code":"batch","type":"reference","searchable":true},
                {"code":"supplierLot","type":"text","searchable":true}]}
            """
        );
        await PublishAsync(
            "fifo",
            """{"code":"fifo","attributes":[{"code":"name","type":"text"}],"trace":{"firstOut":"fifo"} }"""
        );
        await PublishAsync(
            "fefo",
            """
            {"code":"fefo","attributes":[{"code":"until","type":"date"}],"trace":{"firstOut":"fefo","expiry":"until"} }
            """
        );
    }

    [Test]
    public async Task Stock_WithinAPlace_IsThatOfAllPlacesWithinIt_PageByPage()
    {
        var site = await MadeAsync("spot");
        var (hall, other) = (await SpotAsync(site), await SpotAsync(site));
        var (bin, empty) = (await SpotAsync(hall), await SpotAsync(hall));
        var (one, two, three) = (await MadeAsync(), await MadeAsync(), await MadeAsync());
        await EventAsync("commission", $$""" "items":["{{one}}","{{two}}"],"place":"{{bin}}" """);
        await EventAsync("commission", $$""" "items":["{{three}}"],"place":"{{hall}}" """);
        await EventAsync("commission", $$""" "items":["{{await MadeAsync()}}"],"place":"{{other}}" """);

        Assert.That(await WithinAsync(hall), Is.EquivalentTo(new[] { one, two, three }));
        Assert.That(await WithinAsync(site), Has.Count.EqualTo(4));
        Assert.That(await WithinAsync(empty), Is.Empty);
        Assert.That(await WithinAsync(hall, $"&item={two}"), Is.EqualTo(new[] { two }));
        var both = await Server.GetAsync($"/api/v1/stock?within={hall}&place={hall}", Role.Reader);
        Assert.That((both.Status, both.Fields[0]), Is.EqualTo((422, "within")), both.ToString());
    }

    [Test]
    public async Task Stock_WithinAPlace_EndsWhereTwoAreWithinEachOther_AndIsRefusedWhereTooDeep()
    {
        var (one, two) = (Server.NewId(), Server.NewId());
        await MadeAsync("spot", $$"""{"parent":"{{two}}"}""", one);
        await MadeAsync("spot", $$"""{"parent":"{{one}}"}""", two);
        var top = await MadeAsync("spot");
        var deep = top;
        for (var i = 0; i < StockScope.MaxDepth + 1; i++)
        {
            deep = await SpotAsync(deep);
        }

        Assert.That(await WithinAsync(one), Is.Empty);
        var answer = await Server.GetAsync($"/api/v1/stock?within={top}", Role.Reader);
        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((413, "within")), answer.ToString());
    }

    [Test]
    public async Task Stock_OfALot_IsOfItself_AndOfWhatNamesIt_PageByPage()
    {
        var (a, b) = (NewPlace(), NewPlace());
        var (batch, number) = (await MadeAsync(), "S-" + Guid.NewGuid().ToString("N"));
        var pieces = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            pieces.Add(await MadeAsync("piece", $$"""{"batch":"{{batch}}","supplierLot":"{{number}}"}"""));
        }
        await EventAsync("commission", $$""" "items":["{{pieces[0]}}","{{pieces[1]}}"],"place":"{{a}}" """);
        await EventAsync("commission", $$""" "items":["{{pieces[2]}}","{{batch}}"],"place":"{{b}}" """);

        Assert.That(await PagesAsync($"lot={batch}"), Is.EquivalentTo(pieces.Append(batch)));
        Assert.That(await PagesAsync($"lot={number}"), Is.EquivalentTo(pieces));
        Assert.That(await PagesAsync($"lot={number}&place={b}"), Is.EqualTo(new[] { pieces[2] }));
        Assert.That(await PagesAsync($"lot={batch}&template=piece&item={pieces[0]}"), Is.EqualTo(new[] { pieces[0] }));
    }

    [TestCase("place")]
    [TestCase("within")]
    [TestCase("item")]
    [TestCase("lot")]
    public async Task Stock_OfWhatNobodyKnows_IsNotFound(string parameter)
    {
        var answer = await Server.GetAsync($"/api/v1/stock?{parameter}={Server.NewId()}", Role.Reader);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((404, parameter)), answer.ToString());
    }

    [Test]
    public async Task Pallet_ThatIsMoved_MovesAllThatIsOnIt_AlsoInABox()
    {
        var (pallet, box, piece, loose) = (await MadeAsync(), await MadeAsync(), await MadeAsync(), await MadeAsync());
        var (a, b) = (NewPlace(), NewPlace());
        await EventAsync(
            "commission",
            $$""" "items":["{{pallet}}","{{box}}","{{piece}}","{{loose}}"],"place":"{{a}}" """
        );
        await EventAsync("assemble", $$""" "parent":"{{box}}","children":["{{piece}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{box}}"] """);

        var scan = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/scan",
            $$"""
            {"text":"{{pallet}}","intent":{"do":"move","place":"{{b}}","record":{"time":"{{Next()}}"} } }
            """
        );

        Assert.That(scan.Json.GetProperty("allowed").GetBoolean(), scan.Text);
        foreach (var id in new[] { pallet, box, piece })
        {
            Assert.That(await PlaceAsync(id), Is.EqualTo(b), id);
        }
        Assert.That(await PlaceAsync(loose), Is.EqualTo(a));
        Assert.That(await AtAsync(a), Is.EqualTo([$"{loose} 1"]));
        Assert.That(
            await AtAsync(b),
            Is.EquivalentTo(new[] { $"{pallet} 1", $"{box} 1 in {pallet}", $"{piece} 1 in {box}" })
        );

        await EventAsync("ship", $$""" "items":["{{pallet}}"] """);
        Assert.That(await AtAsync(b), Is.Empty);
        await EventAsync("receive", $$""" "items":["{{pallet}}"],"place":"{{a}}" """);
        Assert.That(await AtAsync(a), Has.Length.EqualTo(4));
        await EventAsync("disassemble", $$""" "parent":"{{box}}","children":["{{piece}}"],"place":"{{b}}" """);
        Assert.That(await AtAsync(b), Is.EqualTo([$"{piece} 1"]));
    }

    [TestCase("\"children\":[\"PIECE\"],", false, TestName = "WhatComesOffAPallet_NamedAlone_IsWhereThePalletWas")]
    [TestCase("", false, TestName = "WhatComesOffAPallet_AsAllThatIsOnIt_IsWhereThePalletWas")]
    [TestCase("", true, TestName = "WhatComesOffAPallet_AtAPlace_IsThere")]
    public async Task WhatComesOffAPallet(string named, bool hasPlace)
    {
        var (pallet, piece, lot) = (await MadeAsync(), await MadeAsync(), await MadeAsync());
        var (a, b, c) = (NewPlace(), NewPlace(), NewPlace());
        await EventAsync("commission", $$""" "items":["{{pallet}}","{{piece}}",{{Of(lot, 10)}}],"place":"{{a}}" """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{piece}}",{{Of(lot, 10)}}] """);
        await EventAsync("move", $$""" "items":["{{pallet}}"],"place":"{{b}}" """);

        named = named.Replace("PIECE", piece);
        var at = hasPlace ? $$""","place":"{{c}}" """ : "";
        await EventAsync("disassemble", $$"""{{named}}"parent":"{{pallet}}"{{at}}""");
        await EventAsync("move", $$""" "items":["{{pallet}}"],"place":"{{a}}" """);

        var there = hasPlace ? c : b;
        Assert.That(await PlaceAsync(piece), Is.EqualTo(there));
        var lots = named.Length == 0 ? await AtAsync(there) : await AtAsync(a);
        Assert.That(await AtAsync(there), Has.Member($"{piece} 1"));
        Assert.That(lots, Has.Member(named.Length == 0 ? $"{lot} 10 KGM" : $"{lot} 10 KGM in {pallet}"));
        Assert.That(await WhereAsync(lot), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task WhatWasSentOnAPallet_IsBackWhereSomebodySaysSo_AndNowhereElse()
    {
        var (pallet, back, away, lot) = (await MadeAsync(), await MadeAsync(), await MadeAsync(), await MadeAsync());
        var (a, b) = (NewPlace(), NewPlace());
        await EventAsync(
            "commission",
            $$""" "items":["{{pallet}}","{{back}}","{{away}}",{{Of(lot, 10)}}],"place":"{{a}}" """
        );
        await EventAsync(
            "assemble",
            $$""" "parent":"{{pallet}}","children":["{{back}}","{{away}}",{{Of(lot, 10)}}] """
        );
        await EventAsync("ship", $$""" "items":["{{pallet}}"] """);

        await EventAsync("receive", $$""" "items":["{{back}}"],"place":"{{b}}" """);
        Assert.That(await WhereAsync(back), Is.EqualTo([$"{back} 1 in {pallet}"]));
        await EventAsync("disassemble", $$""" "parent":"{{pallet}}" """);

        Assert.That(await AtAsync(a), Is.Empty, "the customer took it off");
        Assert.That(await AtAsync(b), Is.EqualTo([$"{back} 1"]));
        Assert.That(await WhereAsync(away), Is.Empty);
        Assert.That(await ReasonsAsync(away, "use"), Is.EqualTo(new[] { "Gone" }));
        Assert.That(await ReasonsAsync(back, "use"), Is.Empty);
        await EventAsync("receive", $$""" "items":["{{away}}",{{Of(lot, 10)}}],"place":"{{a}}" """);
        Assert.That(await AtAsync(a), Is.EquivalentTo(new[] { $"{away} 1", $"{lot} 10 KGM" }));
    }

    [Test]
    public async Task Lot_InOtherUnitsOfTheSameKind_IsOneLot()
    {
        var lot = await MadeAsync();
        var (a, b) = (NewPlace(), NewPlace());
        await EventAsync("commission", $$""" "items":[{{Of(lot, 3)}}],"place":"{{a}}" """);
        string Grams(int quantity) => Of(lot, quantity).Replace("KGM", "GRM");
        await EventAsync("ship", $$""" "items":[{{Grams(1_000)}}] """);
        await EventAsync("move", $$""" "items":[{{Grams(500)}}],"place":"{{b}}" """);

        Assert.That(await AtAsync(a), Is.EqualTo([$"{lot} 1.5 KGM"]));
        Assert.That(await AtAsync(b), Is.EqualTo([$"{lot} 0.5 KGM"]));
        Assert.That(await LeftAsync(lot), Is.EqualTo(2));
        Assert.That(await AllowsAsync(2_000), Is.True);
        Assert.That(await AllowsAsync(2_001), Is.False);

        async Task<bool> AllowsAsync(int grams)
        {
            var body = $$"""{"text":"{{lot}}","intent":{"do":"use","quantity":{{grams}},"unit":"GRM"} }""";
            var scan = await Server.SendAsync(Role.Reader, "POST", "/api/v1/scan", body);
            return scan.Json.GetProperty("allowed").GetBoolean();
        }
    }

    [Test]
    public async Task LotOnAPallet_IsNotUsed_AndWhatComesBackIsThereAgain()
    {
        var (pallet, lot) = (await MadeAsync(), await MadeAsync());
        await EventAsync("commission", $$""" "items":[{{Of(lot, 10)}}],"place":"{{NewPlace()}}" """);
        // It came in: nothing of it was sent before.
        await EventAsync("receive", $$""" "items":[{{Of(lot, 10)}}] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":[{{Of(lot, 10)}}] """);
        Assert.That(await LeftAsync(lot), Is.EqualTo(10));
        Assert.That(await ReasonsAsync(lot, "use"), Is.Empty);

        await EventAsync("disassemble", $$""" "parent":"{{pallet}}","children":[{{Of(lot, 10)}}] """);
        await EventAsync("ship", $$""" "items":[{{Of(lot, 4)}}] """);
        Assert.That(await LeftAsync(lot), Is.EqualTo(6));
        await EventAsync("receive", $$""" "items":[{{Of(lot, 4)}}] """);
        Assert.That(await LeftAsync(lot), Is.EqualTo(10));
        var frame = await MadeAsync("frame");
        await EventAsync("assemble", $$""" "parent":"{{frame}}","children":[{{Of(lot, 3)}}] """);
        Assert.That(await LeftAsync(lot), Is.EqualTo(7));
    }

    [Test]
    public async Task WhatIsBuiltIn_OrUsedUp_OrRevoked_IsNotInStock()
    {
        var (frame, part, used, revoked) = (
            await MadeAsync("frame"),
            await MadeAsync(),
            await MadeAsync(),
            await MadeAsync()
        );
        var place = NewPlace();
        await EventAsync(
            "commission",
            $$""" "items":["{{frame}}","{{part}}","{{used}}","{{revoked}}"],"place":"{{place}}" """
        );
        Assert.That(await AtAsync(place), Has.Length.EqualTo(4));

        await EventAsync("assemble", $$""" "parent":"{{frame}}","children":["{{part}}"] """);
        await EventAsync("transform", $$""" "inputs":["{{used}}"] """);
        await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{revoked}");

        Assert.That(await AtAsync(place), Is.EqualTo([$"{frame} 1"]));
        Assert.That(await PlaceAsync(part), Is.EqualTo(place));
    }

    [Test]
    public async Task Lot_IsCountedByPlace_AndCorrectionsAndLateEventsComeOutRight()
    {
        var (lot, pallet) = (await MadeAsync(), await MadeAsync());
        var (a, b) = (NewPlace(), NewPlace());
        var late = Next();
        await EventAsync("commission", $$""" "items":[{{Of(lot, 100)}}],"place":"{{a}}" """);
        await EventAsync("move", $$""" "items":["{{pallet}}"],"place":"{{b}}" """);
        var moved = await EventAsync("move", $$""" "items":[{{Of(lot, 40)}}],"place":"{{b}}" """);
        await EventAsync("transform", $$""" "inputs":[{{Of(lot, 10)}}],"place":"{{b}}" """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":[{{Of(lot, 5)}}],"place":"{{b}}" """);
        Assert.That(await AtAsync(a), Is.EqualTo([$"{lot} 60 KGM"]));
        Assert.That(
            await AtAsync(b),
            Is.EquivalentTo(new[] { $"{lot} 25 KGM", $"{lot} 5 KGM in {pallet}", $"{pallet} 1" })
        );

        await EventAsync("ship", $$""" "items":[{{Of(lot, 20)}}],"place":"{{a}}" """);
        await EventAsync("receive", $$""" "items":[{{Of(lot, 15)}}],"place":"{{b}}" """);
        Assert.That(await AtAsync(a), Is.EqualTo([$"{lot} 40 KGM"]));
        Assert.That((await AtAsync(b))[0], Is.EqualTo($"{lot} 40 KGM"));

        await EventAsync("correct", $$""" "corrects":"{{moved}}" """);
        // 10 and 5 then came from what was at a.
        Assert.That(await AtAsync(a), Is.EqualTo([$"{lot} 65 KGM"]));

        await EventAsync("transform", $$""" "outputs":[{{Of(lot, 7)}}],"place":"{{a}}" """, late);
        Assert.That(await AtAsync(a), Is.EqualTo([$"{lot} 72 KGM"]));
        Assert.That(await WhereAsync(lot), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Lot_ThatIsMoved_ComesFromOtherPlacesThanWhereItIsBrought()
    {
        var lot = await MadeAsync();
        var (a, b) = (NewPlace(), NewPlace());
        await EventAsync("commission", $$""" "items":[{{Of(lot, 30)}}],"place":"{{b}}" """);
        await EventAsync("commission", $$""" "items":[{{Of(lot, 20)}}],"place":"{{a}}" """);

        await EventAsync("move", $$""" "items":[{{Of(lot, 15)}}],"place":"{{b}}" """);
        Assert.That(
            (await AtAsync(a), await AtAsync(b)),
            Is.EqualTo((new[] { $"{lot} 5 KGM" }, new[] { $"{lot} 45 KGM" }))
        );

        await EventAsync("move", $$""" "items":["{{lot}}"],"place":"{{a}}" """);
        Assert.That(
            (await AtAsync(a), await AtAsync(b)),
            Is.EqualTo((new[] { $"{lot} 50 KGM" }, Array.Empty<string>()))
        );
    }

    [Test]
    public async Task ItemAndPallet_RegisteredAfterTheirEvents_AreInStock()
    {
        var (piece, pallet) = (Server.NewId(), Server.NewId());
        var place = NewPlace();
        await EventAsync("move", $$""" "items":["{{pallet}}"],"place":"{{place}}" """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{piece}}"] """);
        Assert.That(await AtAsync(place), Is.Empty);

        await Server.RegisterAsync(identifier: piece);
        Assert.That(await AtAsync(place), Is.EqualTo([$"{piece} 1 in {pallet}"]));
        await Server.RegisterAsync(identifier: pallet);

        Assert.That(await AtAsync(place), Is.EquivalentTo(new[] { $"{piece} 1 in {pallet}", $"{pallet} 1" }));
    }

    [Test]
    public async Task List_PageByPage_HasEachLineOnce_ByPlaceAndByTemplate()
    {
        var (a, b) = (NewPlace(), NewPlace());
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            ids.Add(await MadeAsync("frame"));
        }
        await EventAsync("commission", $$""" "items":{{JsonSerializer.Serialize(ids[..4])}},"place":"{{a}}" """);
        await EventAsync("commission", $$""" "items":{{JsonSerializer.Serialize(ids[4..])}},"place":"{{b}}" """);

        Assert.That(await PagesAsync($"place={Uri.EscapeDataString(a)}"), Is.EqualTo(ids[..4]));
        Assert.That(await PagesAsync($"place={Uri.EscapeDataString(a)}&template=frame"), Is.EqualTo(ids[..4]));
        Assert.That(await PagesAsync("template=frame"), Is.SupersetOf(ids).And.Unique);
        Assert.That(await PagesAsync(""), Is.SupersetOf(ids));
    }

    [TestCase("item=word", "item")]
    [TestCase("after=x", "after")]
    [TestCase("limit=0", "limit")]
    [TestCase("limit=1001", "limit")]
    [TestCase("place=%20", "place")]
    public async Task Fault_NamesItsField(string query, string field)
    {
        var answer = await Server.GetAsync("/api/v1/stock?" + query, Role.Reader);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, field)), answer.ToString());
    }

    [Test]
    public async Task OlderLot_AtTheSamePlace_GoesOutFirst_UnlessItIsHeld()
    {
        var (old, young, elsewhere) = (await MadeAsync("fifo"), await MadeAsync("fifo"), await MadeAsync("fifo"));
        var (a, b) = (NewPlace(), NewPlace());
        await EventAsync("commission", $$""" "items":["{{elsewhere}}"],"place":"{{b}}" """);
        await EventAsync("commission", $$""" "items":["{{old}}"],"place":"{{a}}" """);
        await EventAsync("commission", $$""" "items":["{{young}}"],"place":"{{a}}" """);

        Assert.That(await ReasonsAsync(young, "use"), Is.EqualTo(["OlderFirst"]));
        Assert.That(await ReasonsAsync(old, "use"), Is.Empty);
        Assert.That(await ReasonsAsync(young, "move"), Is.Empty);
        await EventAsync("hold", $$""" "items":["{{old}}"] """);
        Assert.That(await ReasonsAsync(young, "ship"), Is.Empty);
    }

    [Test]
    public async Task OlderPiece_BesideAPallet_GoesOutBeforeWhatIsOnThePallet_AndOneOnItDoesNotCount()
    {
        var place = NewPlace();
        var (oldest, left, young) = (await MadeAsync("fifo"), await MadeAsync("fifo"), await MadeAsync("fifo"));
        var pallet = await MadeAsync();
        foreach (var id in new[] { oldest, left, young, pallet })
        {
            await EventAsync("commission", $$""" "items":["{{id}}"],"place":"{{place}}" """);
        }
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{oldest}}"] """);
        Assert.That(await ReasonsAsync(pallet, "use"), Is.Empty, "only what is younger lies beside it");

        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{young}}"] """);
        Assert.That(await ReasonsAsync(pallet, "use"), Is.EqualTo(["OlderFirst"]));

        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{left}}"] """);
        Assert.That(await ReasonsAsync(pallet, "use"), Is.Empty);
    }

    [Test]
    public async Task WhatExpiresFirst_GoesOutFirst_UnlessItHasExpired()
    {
        var place = NewPlace();
        var late = await MadeAsync("fefo", """{"until":"2998-01-01"}""");
        var early = await MadeAsync("fefo", """{"until":"2997-01-01"}""");
        var over = await MadeAsync("fefo", """{"until":"2020-01-01"}""");
        await EventAsync("commission", $$""" "items":["{{late}}","{{over}}"],"place":"{{place}}" """);
        Assert.That(await ReasonsAsync(late, "use"), Is.Empty);

        await EventAsync("commission", $$""" "items":["{{early}}"],"place":"{{place}}" """);
        Assert.That(await ReasonsAsync(late, "use"), Is.EqualTo(["OlderFirst"]));

        await Server.SendAsync(
            Role.Registrar,
            "PATCH",
            $"/api/v1/identifiers/{early}",
            """{"attributes":{"until":"2999-01-01"} }"""
        );
        Assert.That(await ReasonsAsync(late, "use"), Is.Empty);
    }

    private static string NewPlace() => "Hall " + Guid.NewGuid().ToString("N");

    private static string Of(string id, int quantity) =>
        $$"""{"identifier":"{{id}}","quantity":{{quantity}},"unit":"KGM"}""";

    /// <summary>A time after those before.</summary>
    private string Next() => $"2026-03-02T08:{_minute / 60 % 60:00}:{_minute++ % 60:00}Z";

    [TestCase("document")]
    [TestCase("digital-asset")]
    public async Task Papers_AreNoStock_UnlessTheyAreAskedFor(string category)
    {
        foreach (
            var (path, body) in new[]
            {
                ("categories", $$"""{"code":"{{category}}","names":{"en":"Papers"} }"""),
                ("templates", $$"""{"code":"{{category}}-x","category":"{{category}}","attributes":[]}"""),
                ($"templates/{category}-x/publish", null),
            }
        )
        {
            var saved = await Server.SendAsync(Role.Admin, "POST", "/api/v1/" + path, body);
            Assert.That(saved.Status, Is.EqualTo(200).Or.EqualTo(201), saved.ToString());
        }
        var (place, paper) = (NewPlace(), await MadeAsync(category + "-x", "{}"));
        var (piece, other) = (await Server.RegisterAsync(), await MadeAsync(category + "-x", "{}"));
        await EventAsync("move", $$""" "items":["{{paper}}","{{piece}}","{{other}}"],"place":"{{place}}" """);

        Assert.That(await AtAsync(place), Has.Length.EqualTo(1));
        Assert.That(await WhereAsync(paper), Has.Length.EqualTo(1));
        Assert.That(await LinesAsync($"template={category}-x"), Has.Length.EqualTo(2));
        var counted = await Server.SendAsync(
            Role.Reader,
            "POST",
            "/api/v1/stock:count",
            $$"""{"place":"{{place}}","scans":["{{piece}}","{{other}}"]}"""
        );
        Assert.That(
            (counted.Json.GetProperty("expected").GetInt32(), counted.Json.GetProperty("right").GetBoolean()),
            Is.EqualTo((2, true)),
            counted.Text
        );
    }

    [Test]
    public async Task Status_OfAPieceOnAPallet_IsShippedAndReceivedWithIt()
    {
        var (store, gate) = (NewPlace(), NewPlace());
        var (pallet, box, piece) = (
            await Server.RegisterAsync(),
            await Server.RegisterAsync(),
            await Server.RegisterAsync()
        );
        var late = await Server.RegisterAsync();
        await EventAsync("commission", $$""" "items":["{{pallet}}","{{piece}}","{{late}}"],"place":"{{store}}" """);
        await EventAsync("assemble", $$""" "parent":"{{box}}","children":["{{piece}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{box}}"] """);
        Assert.That(await StateAsync(piece), Is.EqualTo((store, "active")));

        await EventAsync("ship", $$""" "items":["{{pallet}}"] """);
        await EventAsync("inspect", $$""" "items":["{{pallet}}"],"disposition":"damaged" """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{late}}"] """);
        Assert.That(await StateAsync(piece), Is.EqualTo(((string?)null, "in_transit")));
        Assert.That(await StateAsync(box), Is.EqualTo(((string?)null, "in_transit")));
        Assert.That(await StateAsync(pallet), Is.EqualTo(((string?)null, "damaged")));
        Assert.That(await StateAsync(late), Is.EqualTo((store, "active")));

        await EventAsync("receive", $$""" "items":["{{pallet}}"] """);
        Assert.That(await StateAsync(piece), Is.EqualTo((store, "in_progress")));
        await EventAsync("move", $$""" "items":["{{pallet}}"],"place":"{{gate}}","disposition":"sellable" """);
        Assert.That(await StateAsync(piece), Is.EqualTo((gate, "sellable")));

        await EventAsync("ship", $$""" "items":["{{pallet}}"] """);
        await EventAsync("disassemble", $$""" "parent":"{{box}}","children":["{{piece}}"] """);
        Assert.That((await StateAsync(piece)).Place, Is.Null);
        await EventAsync("inspect", $$""" "items":["{{piece}}"],"place":"{{gate}}","disposition":"active" """);
        Assert.That(await StateAsync(piece), Is.EqualTo((gate, "active")));
        Assert.That(await WhereAsync(piece), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Status_OfALot_KeepsItsPlace_UntilAllOfItIsShipped()
    {
        var (lot, store) = (await Server.RegisterAsync(), NewPlace());
        await EventAsync("commission", $$""" "items":[{{Of(lot, 25)}}],"place":"{{store}}" """);
        await EventAsync("ship", $$""" "items":[{{Of(lot, 5)}}] """);
        Assert.That(await PlaceAsync(lot), Is.EqualTo(store));

        await EventAsync("ship", $$""" "items":["{{lot}}"] """);

        Assert.That(await StateAsync(lot), Is.EqualTo(((string?)null, "in_transit")));
    }

    private async Task<(string? Place, string? Disposition)> StateAsync(string id)
    {
        var status = (await Server.GetAsync($"/api/v1/status/{id}", Role.Reader)).Json;
        return (
            status.TryGetProperty("place", out var place) ? place.GetString() : null,
            status.TryGetProperty("disposition", out var disposition) ? disposition.GetString() : null
        );
    }

    private async Task<string?> PlaceAsync(string id) =>
        (await Server.GetAsync($"/api/v1/status/{id}", Role.Reader)).Json.GetProperty("place").GetString();

    private async Task<int> LeftAsync(string lot) =>
        (await Server.GetAsync($"/api/v1/status/{lot}", Role.Reader))
            .Json.GetProperty("balance")[0]
            .GetProperty("left")
            .GetInt32();

    private Task<string[]> AtAsync(string place) => LinesAsync($"place={Uri.EscapeDataString(place)}");

    private Task<string[]> WhereAsync(string item) => LinesAsync($"item={item}");

    private async Task<string[]> LinesAsync(string query)
    {
        var answer = await Server.GetAsync("/api/v1/stock?" + query, Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return
        [
            .. answer
                .Json.GetProperty("items")
                .EnumerateArray()
                .Select(line =>
                    $"{line.GetProperty("identifier")} {line.GetProperty("quantity")}"
                    + (line.TryGetProperty("unit", out var unit) ? $" {unit}" : "")
                    + (line.TryGetProperty("in", out var holder) ? $" in {holder}" : "")
                ),
        ];
    }

    private async Task<List<string>> PagesAsync(string query)
    {
        var found = new List<string>();
        var after = "";
        do
        {
            var page = (await Server.GetAsync($"/api/v1/stock?limit=3&{query}{after}", Role.Reader)).Json;
            found.AddRange(
                page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("identifier").GetString()!)
            );
            after = page.TryGetProperty("next", out var next) ? $"&after={next.GetString()}" : "";
        } while (after.Length > 0);
        return found;
    }

    private async Task<string[]> ReasonsAsync(string id, string what)
    {
        var answer = await Server.SendAsync(
            Role.Reader,
            "POST",
            "/api/v1/scan",
            $$"""{"text":"{{id}}","intent":{"do":"{{what}}","place":"Hall 1"} }"""
        );
        return [.. answer.Json.GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("code").GetString()!)];
    }

    private async Task<string> EventAsync(string type, string members, string? time = null)
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"{{type}}","time":"{{time ?? Next()}}",{{members}}}"""
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return answer.Json.GetProperty("event").GetString()!;
    }

    private Task<string> SpotAsync(string parent) => MadeAsync("spot", $$"""{"parent":"{{parent}}"}""");

    private Task<List<string>> WithinAsync(string place, string more = "") => PagesAsync($"within={place}{more}");

    private async Task<string> MadeAsync(string? template = null, string attributes = "{}", string? given = null)
    {
        if (template is null)
        {
            return await Server.RegisterAsync();
        }
        var id = given ?? Server.NewId();
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
