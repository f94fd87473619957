using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>What a scan with an intent says of machines, tools, materials and places.</summary>
[TestFixture]
public sealed class ScanRuleTests : NodeFixture
{
    private string _store = "";
    private string _bin = "";
    private int _second;

    [OneTimeSetUp]
    public async Task PublishAsync()
    {
        await PublishAsync(
            "gauge",
            """
            {"code":"gauge","attributes":[{"code":"due","type":"date"},{"code":"made","type":"integer"},
              {"code":"most","type":"integer"}],
             "trace":{"calibration":"due","strokes":"made","strokeLimit":"most"} }
            """
        );
        await PublishAsync(
            "goods",
            """
            {"code":"goods","attributes":[{"code":"model","type":"text"},{"code":"home","type":"text"}],
             "trace":{"material":"model","place":"home"} }
            """
        );
        await PublishAsync(
            "list",
            """
            {"code":"list","attributes":[{"code":"rows","type":"text","repeated":true}],"trace":{"lines":"rows"} }
            """
        );
        await PublishAsync(
            "job",
            """
            {"code":"job","attributes":[{"code":"list","type":"reference"},
              {"code":"rows","type":"text","repeated":true},{"code":"to","type":"reference"}],
             "trace":{"bom":"list","lines":"rows","place":"to"} }
            """
        );
        await PublishAsync(
            "milk",
            """{"code":"milk","attributes":[{"code":"due","type":"date"}],"trace":{"expiry":"due"} }"""
        );
        await PublishAsync(
            "engine",
            """{"code":"engine","attributes":[],"trace":{"links":[{"type":"contains","templates":["goods"]}]} }"""
        );
        await PublishAsync(
            "flour",
            """
            {"code":"flour","attributes":[{"code":"mass","type":"decimal","unit":"kg"}],"trace":{"quantity":"mass"} }
            """
        );
        await PublishAsync("spot", """{"code":"spot","attributes":[{"code":"parent","type":"reference"}]}""");
        _store = await MadeAsync("spot", "{}");
        _bin = await MadeAsync("spot", $$"""{"parent":"{{_store}}"}""");
    }

    [TestCase("""{"due":"2020-01-31"}""", "CalibrationOverdue")]
    [TestCase("""{"due":"2999-01-31"}""", null)]
    [TestCase("""{"made":5000,"most":5000}""", "ToolWornOut")]
    [TestCase("""{"made":4999,"most":5000}""", null)]
    [TestCase("{}", null)]
    public async Task MachineOrTool_ThatIsNotFit_IsAReason(string attributes, string? reason)
    {
        var (piece, gauge) = (await Server.RegisterAsync(), await MadeAsync("gauge", attributes));
        string[] expected = reason is null ? [] : [reason];

        Assert.That(await ReasonsAsync(piece, $$"""{"do":"use","equipment":"{{gauge}}"}"""), Is.EqualTo(expected));
        Assert.That(
            await ReasonsAsync(piece, $$"""{"do":"use","tools":["hand",{"identifier":"{{gauge}}"}]}"""),
            Is.EqualTo(expected)
        );
    }

    [TestCase("""{"due":"2999-01-31"}""", "due", "\"text\":\"2020-01-31\"", "CalibrationOverdue")]
    [TestCase("""{"due":"2020-01-31"}""", "due", "\"text\":\"2999-01-31\"", null)]
    [TestCase("""{"made":1,"most":5000}""", "made", "\"value\":5000", "ToolWornOut")]
    public async Task MachineOrTool_IsJudgedByWhatALaterEventSays(
        string attributes,
        string what,
        string measured,
        string? reason
    )
    {
        var (piece, gauge) = (await Server.RegisterAsync(), await MadeAsync("gauge", attributes));
        var time = DateTimeOffset.UtcNow.ToString("O");
        var said = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""
            {"type":"inspect","time":"{{time}}","items":["{{gauge}}"],
             "measurements":[{"characteristic":"{{what}}",{{measured}} }]}
            """
        );
        Assert.That(said.Status, Is.EqualTo(201), said.ToString());
        string[] expected = reason is null ? [] : [reason];

        Assert.That(await ReasonsAsync(piece, $$"""{"do":"use","equipment":"{{gauge}}"}"""), Is.EqualTo(expected));
    }

    [Test]
    public async Task Rule_OfANewerVersion_CountsForWhatWasRegisteredBefore()
    {
        await PublishAsync("late", """{"code":"late","attributes":[{"code":"due","type":"date"}]}""");
        var (piece, tool) = (await Server.RegisterAsync(), await MadeAsync("late", """{"due":"2020-01-31"}"""));
        var intent = $$"""{"do":"use","tools":"{{tool}}"}""";
        var before = await ReasonsAsync(piece, intent);

        await PublishAsync(
            "late",
            """{"code":"late","attributes":[{"code":"due","type":"date"}],"trace":{"calibration":"due"} }"""
        );

        Assert.That(before, Is.Empty);
        Assert.That(await ReasonsAsync(piece, intent), Is.EqualTo(["CalibrationOverdue"]));
    }

    [Test]
    public async Task Rules_OfANewerVersion_CountForItemsAndAssembliesOfBefore()
    {
        await PublishAsync("aged", """{"code":"aged","attributes":[{"code":"due","type":"date"}]}""");
        var item = await MadeAsync("aged", """{"due":"2020-01-31"}""");
        var into = $$"""{"do":"install","into":"{{await MadeAsync("aged", "{}")}}"}""";
        var before = await ReasonsAsync(item, into);

        await PublishAsync(
            "aged",
            """
            {"code":"aged","attributes":[{"code":"due","type":"date"}],
             "trace":{"expiry":"due","links":[{"type":"contains","templates":["goods"],"least":2}]} }
            """
        );

        Assert.That(before, Is.Empty);
        Assert.That(await ReasonsAsync(item, into), Is.EqualTo(["Expired", "WrongTemplate", "Incomplete"]));
    }

    [TestCase("2500", "GRM", null)]
    [TestCase("2501", "GRM", "UsedUp")]
    [TestCase("1", "MTR", "WrongUnit")]
    [TestCase("1", null, "WrongUnit")]
    public async Task Quantity_IsComparedInTheUnitOfTheLot_AsItsRecordSaysIt(
        string wanted,
        string? unit,
        string? reason
    )
    {
        var lot = await MadeAsync("flour", """{"mass":3}""");
        var used = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""
            {"type":"transform","time":"2026-03-01T08:00:00Z","outputs":["{{Server.NewId()}}"],
             "inputs":[{"identifier":"{{lot}}","quantity":0.5,"unit":"KGM"}]}
            """
        );
        Assert.That(used.Status, Is.EqualTo(201), used.ToString());
        var named = unit is null ? "" : $",\"unit\":\"{unit}\"";
        string[] expected = reason is null ? [] : [reason];

        Assert.That(await ReasonsAsync(lot, $$"""{"do":"use","quantity":{{wanted}}{{named}}}"""), Is.EqualTo(expected));
    }

    [TestCase("use", "into")]
    [TestCase("use", "place")]
    [TestCase("install", "into")]
    [TestCase("move", "place")]
    [TestCase("ship", "place")]
    public async Task Recorded_NamesTheOrder_WhateverIsDone(string verb, string where)
    {
        var (piece, order) = (await Server.RegisterAsync(), await Server.RegisterAsync());

        var answer = await ScanAsync(
            piece,
            $$"""
            {"do":"{{verb}}","{{where}}":"{{await Server.RegisterAsync()}}","order":"{{order}}",
             "record":{"source":"wms","sourceKey":"{{piece}}"} }
            """,
            Role.Registrar
        );

        Assert.That(answer.Json.GetProperty("allowed").GetBoolean(), Is.True, answer.ToString());
        var events = await Server.GetAsync($"/api/v1/events?item={order}", Role.Reader);
        Assert.That(
            events.Items.Single().GetProperty("documents")[0].GetProperty("identifier").GetString(),
            Is.EqualTo(order),
            events.ToString()
        );
    }

    [TestCase("A7;2;C62", true)]
    [TestCase("B1;2;C62;a7", true)]
    [TestCase("goods;1;KGM", true)]
    [TestCase("A70;2;C62", false)]
    public async Task Material_IsNamedByALine_OfTheBom_TheOrder_OrTheBomOfTheOrder(string line, bool isRight)
    {
        var goods = await MadeAsync("goods", """{"model":"A7"}""");
        var list = await MadeAsync("list", $$"""{"rows":["x;1;C62","{{line}}"]}""");
        var order = await MadeAsync("job", $$"""{"list":"{{list}}"}""");
        var own = await MadeAsync("job", $$"""{"rows":["{{line}}"]}""");
        string[] expected = isRight ? [] : ["WrongMaterial"];

        Assert.That(await ReasonsAsync(goods, $$"""{"do":"use","bom":"{{list}}"}"""), Is.EqualTo(expected));
        Assert.That(await ReasonsAsync(goods, $$"""{"do":"use","order":"{{order}}"}"""), Is.EqualTo(expected));
        Assert.That(await ReasonsAsync(goods, $$"""{"do":"ship","order":"{{own}}"}"""), Is.EqualTo(expected));
        Assert.That(await ReasonsAsync(goods, """{"do":"ship","order":"SO-1"}"""), Is.Empty);
    }

    [Test]
    public async Task Order_WithoutLines_TakesWhatItCoversAndSuch_ToBeMovedAndShipped()
    {
        var (order, other) = (await MadeAsync("job", "{}"), await MadeAsync("milk", "{}"));
        var goods = await MadeAsync("goods", "{}");
        var intent = $$"""{"do":"ship","order":"{{order}}"}""";
        Assert.That(await ReasonsAsync(other, intent), Is.Empty, "nothing says what it is for");

        await EventAsync("cover", $$""" "documents":["{{order}}"],"items":["{{goods}}"] """);
        await EventAsync("ship", $$""" "documents":["{{order}}"],"items":["{{await MadeAsync("spot", "{}")}}"] """);

        var refused = await ScanAsync(other, intent, Role.Reader);
        Assert.That(
            refused.Json.GetProperty("reasons")[0].GetProperty("message").GetString(),
            Is.EqualTo($"{order} covers neither it nor another of its template.")
        );
        Assert.That(
            await ReasonsAsync(other, $$"""{"do":"move","place":"dock","order":"{{order}}"}"""),
            Is.EqualTo(["WrongMaterial"])
        );
        Assert.That(await ReasonsAsync(await MadeAsync("spot", "{}"), intent), Is.EqualTo(["WrongMaterial"]));
        Assert.That(await ReasonsAsync(goods, intent), Is.Empty);
        Assert.That(await ReasonsAsync(await MadeAsync("goods", "{}"), intent), Is.Empty);
        Assert.That(await ReasonsAsync(other, $$"""{"do":"use","order":"{{order}}"}"""), Is.Empty);
    }

    [Test]
    public async Task Carrier_FitsAnOrderWithoutLines_WhereItsGoodsDo_OrItIsCoveredItself()
    {
        var (order, whole) = (await MadeAsync("job", "{}"), await MadeAsync("job", "{}"));
        var (pallet, other) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await EventAsync("cover", $$""" "documents":["{{whole}}"],"items":["{{other}}"] """);
        foreach (var carrier in new[] { pallet, other })
        {
            await EventAsync(
                "assemble",
                $$""" "parent":"{{carrier}}","children":["{{await MadeAsync("goods", "{}")}}"] """
            );
        }
        await EventAsync("cover", $$""" "documents":["{{order}}"],"items":["{{pallet}}"] """);
        foreach (var carrier in new[] { pallet, other })
        {
            Assert.That(await ReasonsAsync(carrier, $$"""{"do":"ship","order":"{{order}}"}"""), Is.Empty);
        }

        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{await MadeAsync("milk", "{}")}}"] """);

        Assert.That(
            await ReasonsAsync(pallet, $$"""{"do":"ship","order":"{{order}}"}"""),
            Is.EqualTo(["WrongMaterial"])
        );
        Assert.That(await ReasonsAsync(other, $$"""{"do":"ship","order":"{{whole}}"}"""), Is.Empty);
        Assert.That(
            await ReasonsAsync(pallet, $$"""{"do":"ship","order":"{{whole}}"}"""),
            Is.EqualTo(["WrongMaterial", "WrongMaterial"])
        );
    }

    [Test]
    public async Task Order_ThatIsAPerson_IsAReason_UnlessItCoversSomething()
    {
        foreach (var category in new[] { "document", "staff" })
        {
            var made = await Server.SendAsync(
                Role.Admin,
                "POST",
                "/api/v1/categories",
                $$"""{"code":"{{category}}","names":{"en":"{{category}}"} }"""
            );
            Assert.That(made.Status, Is.EqualTo(200).Or.EqualTo(201), made.ToString());
        }
        await PublishAsync("worker", """{"code":"worker","category":"staff","attributes":[]}""");
        await PublishAsync("waybill", """{"code":"waybill","category":"document","attributes":[]}""");
        var (piece, worker) = (await Server.RegisterAsync(), await MadeAsync("worker", "{}"));
        var intent = $$"""{"do":"ship","order":"{{worker}}"}""";
        Assert.That(
            await ReasonsAsync(piece, $$"""{"do":"ship","order":"{{await MadeAsync("waybill", "{}")}}"}"""),
            Is.Empty
        );
        Assert.That(await ReasonsAsync(piece, $$"""{"do":"use","order":"{{worker}}"}"""), Is.EqualTo(["NoOrder"]));
        Assert.That(await ReasonsAsync(piece, intent), Is.EqualTo(["NoOrder"]));

        await EventAsync("cover", $$""" "documents":["{{worker}}"],"items":["{{piece}}"] """);

        Assert.That(await ReasonsAsync(piece, intent), Is.Empty);
        Assert.That(await ReasonsAsync(piece, $$"""{"do":"use","order":"{{worker}}"}"""), Is.Empty);
    }

    [Test]
    public async Task Place_IsThatOfTheOrder_OrWithinIt_ElseThatOfTheItem()
    {
        var goods = await MadeAsync("goods", """{"home":"Hall 1"}""");
        var order = await MadeAsync("job", $$"""{"to":"{{_store}}"}""");

        async Task<string[]> At(string place, string more = "") =>
            await ReasonsAsync(goods, $$"""{"do":"move","place":"{{place}}"{{more}}}""");

        Assert.That(await At(_bin, $",\"order\":\"{order}\""), Is.Empty);
        Assert.That(await At(_store, $",\"order\":\"{order}\""), Is.Empty);
        Assert.That(await At("Hall 1", $",\"order\":\"{order}\""), Is.EqualTo(["WrongPlace"]));
        Assert.That(await At("hall 1"), Is.Empty);
        Assert.That(await At(_bin), Is.EqualTo(["WrongPlace"]));
        Assert.That(await ReasonsAsync(goods, $$"""{"do":"use","place":"{{_bin}}"}"""), Is.Empty);
    }

    [Test]
    public async Task Scan_ThatIsRecorded_NamesMachinesAndTools_AndIsRefusedWhereOneIsNotFit()
    {
        var (piece, gauge) = (await Server.RegisterAsync(), await MadeAsync("gauge", """{"due":"2999-01-31"}"""));
        var old = await MadeAsync("gauge", """{"due":"2020-01-31"}""");
        string Intent(string tool) =>
            $$"""
                {"do":"use","equipment":["press 3"],"tools":["{{tool}}"],"record":{"source":"hand","sourceKey":"{{piece}}"} }
                """;

        var refused = await ScanAsync(piece, Intent(old), Role.Registrar);
        var taken = await ScanAsync(piece, Intent(gauge), Role.Registrar);

        Assert.That(refused.Json.GetProperty("allowed").GetBoolean(), Is.False, refused.Text);
        var id = taken.Json.GetProperty("event").GetString();
        var shown = (await Server.GetAsync($"/api/v1/events/{id}", Role.Reader)).Json;
        Assert.That(shown.GetProperty("equipment")[0].GetProperty("text").GetString(), Is.EqualTo("press 3"));
        Assert.That(shown.GetProperty("tools")[0].GetProperty("identifier").GetString(), Is.EqualTo(gauge));
    }

    [Test]
    public async Task Carrier_IsJudgedByWhatIsOnIt_InBoxesToo()
    {
        var (pallet, box) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var (held, old) = (await Server.RegisterAsync(), await MadeAsync("milk", """{"due":"2020-01-31"}"""));
        var off = await Server.RegisterAsync();
        await EventAsync("assemble", $$""" "parent":"{{box}}","children":["{{held}}","{{off}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{box}}","{{old}}"] """);
        await EventAsync("disassemble", $$""" "parent":"{{box}}","children":["{{off}}"] """);
        await EventAsync("hold", $$""" "items":["{{held}}","{{off}}"],"reason":"thin" """);

        var shipped = await ScanAsync(pallet, """{"do":"ship"}""", Role.Reader);

        var reasons = shipped
            .Json.GetProperty("reasons")
            .EnumerateArray()
            .Select(r => $"{r.GetProperty("code")}: {r.GetProperty("message")}")
            .ToArray();
        Assert.That(
            reasons,
            Is.EquivalentTo([
                $"Held: On it: {held}. The item is held: thin",
                $"Expired: On it: {old}. It expired: due is 2020-01-31.",
            ])
        );
        Assert.That(await ReasonsAsync(pallet, """{"do":"move","place":"quarantine"}"""), Is.Empty);
    }

    [Test]
    public async Task Carrier_FitsAnOrder_WhereItsGoodsDo()
    {
        var order = await MadeAsync("job", """{"rows":["M6;2;C62"]}""");
        var intent = $$"""{"do":"ship","order":"{{order}}"}""";
        var (pallet, box) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var (one, two) = (
            await MadeAsync("goods", """{"model":"M6"}"""),
            await MadeAsync("goods", """{"model":"M6"}""")
        );
        var wrong = await MadeAsync("goods", """{"model":"M7"}""");
        await EventAsync("assemble", $$""" "parent":"{{box}}","children":["{{two}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{one}}","{{box}}"] """);
        Assert.That(await ReasonsAsync(pallet, intent), Is.Empty);
        var named = await MadeAsync("job", $$"""{"rows":["{{pallet}};1;C62"]}""");
        Assert.That(await ReasonsAsync(pallet, $$"""{"do":"ship","order":"{{named}}"}"""), Is.Empty);

        await EventAsync("assemble", $$""" "parent":"{{box}}","children":["{{wrong}}"] """);

        Assert.That(await ReasonsAsync(pallet, intent), Is.EqualTo(["WrongMaterial"]));
    }

    [Test]
    public async Task Piece_OnACarrier_IsFree_AndInAnAssembly_IsUsed()
    {
        var (pallet, box, engine) = (
            await Server.RegisterAsync(),
            await Server.RegisterAsync(),
            await MadeAsync("engine", "{}")
        );
        var (free, built) = (await MadeAsync("goods", "{}"), await MadeAsync("goods", "{}"));
        await EventAsync("assemble", $$""" "parent":"{{box}}","children":["{{free}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{box}}","{{engine}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{engine}}","children":["{{built}}"] """);

        foreach (var verb in new[] { "ship", "use" })
        {
            Assert.That(await ReasonsAsync(free, $$"""{"do":"{{verb}}"}"""), Is.Empty);
            Assert.That(await ReasonsAsync(box, $$"""{"do":"{{verb}}"}"""), Is.Empty);
            Assert.That(await ReasonsAsync(engine, $$"""{"do":"{{verb}}"}"""), Is.Empty);
            Assert.That(await ReasonsAsync(built, $$"""{"do":"{{verb}}"}"""), Is.EqualTo(["AlreadyUsed"]));
        }
    }

    [TestCase("destroy", "use ship install move")]
    [TestCase("decommission", "use ship install")]
    [TestCase("ship", "use ship")]
    public async Task Item_ThatIsGone_IsRefused_UntilItComesBack(string type, string refused)
    {
        var (piece, other) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await EventAsync(type, $$""" "items":["{{piece}}"] """);
        foreach (var verb in new[] { "use", "ship", "install", "move" })
        {
            string[] expected = refused.Split(' ').Contains(verb) ? ["Gone"] : [];
            Assert.That(
                await ReasonsAsync(piece, $$"""{"do":"{{verb}}","into":"{{other}}","place":"bin"}"""),
                Is.EqualTo(expected),
                verb
            );
        }

        await EventAsync("receive", $$""" "items":["{{piece}}"],"place":"gate" """);

        string[] after = type == "ship" ? [] : ["Gone"];
        Assert.That(await ReasonsAsync(piece, """{"do":"ship"}"""), Is.EqualTo(after));
    }

    [Test]
    public async Task Item_OnACarrierThatWasShipped_IsGone_UntilTheCarrierComesBack()
    {
        var (piece, pallet) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await EventAsync("ship", $$""" "items":["{{pallet}}"] """);
        await EventAsync("assemble", $$""" "parent":"{{pallet}}","children":["{{piece}}"] """);
        Assert.That(await ReasonsAsync(piece, """{"do":"use"}"""), Is.Empty);
        await EventAsync("receive", $$""" "items":["{{pallet}}"] """);

        await EventAsync("ship", $$""" "items":["{{pallet}}"] """);
        Assert.That(await ReasonsAsync(piece, """{"do":"use"}"""), Is.EqualTo(["Gone"]));

        await EventAsync("receive", $$""" "items":["{{pallet}}"] """);
        Assert.That(await ReasonsAsync(piece, """{"do":"use"}"""), Is.Empty);
    }

    [Test]
    public async Task Lot_OfWhichAPartWasShipped_IsThere()
    {
        var lot = await Server.RegisterAsync();
        await EventAsync("commission", $$""" "items":[{"identifier":"{{lot}}","quantity":25,"unit":"KGM"}] """);
        await EventAsync("ship", $$""" "items":[{"identifier":"{{lot}}","quantity":5,"unit":"KGM"}] """);
        Assert.That(await ReasonsAsync(lot, """{"do":"ship"}"""), Is.Empty);

        await EventAsync("ship", $$""" "items":["{{lot}}"] """);

        Assert.That(await ReasonsAsync(lot, """{"do":"ship"}"""), Is.EqualTo(["Gone"]));
    }

    [TestCase("Asia/Shanghai", "2026-03-31T15:59:59Z", "2026-03-31T16:00:00Z")]
    [TestCase("America/Los_Angeles", "2026-04-01T06:59:59Z", "2026-04-01T07:00:00Z")]
    public async Task Day_IsOver_WhenItIsInThePlant(string zone, string before, string after)
    {
        var time = new ManualTime(DateTimeOffset.Parse(before, CultureInfo.InvariantCulture));
        await using var node = await TestNode.StartAsync(options => options.Plant.TimeZone = zone, time);
        foreach (
            var template in new[]
            {
                """
                    {"code":"milk","attributes":[{"code":"due","type":"date"}],
                     "trace":{"expiry":"due","firstOut":"fefo"} }
                    """,
                """{"code":"gauge","attributes":[{"code":"due","type":"date"}],"trace":{"calibration":"due"} }""",
            }
        )
        {
            await PublishAsync(template.Contains("milk", StringComparison.Ordinal) ? "milk" : "gauge", template, node);
        }
        var (old, later) = (
            await MadeAsync("milk", """{"due":"2026-03-31"}""", node),
            await MadeAsync("milk", """{"due":"2026-04-30"}""", node)
        );
        var gauge = await MadeAsync("gauge", """{"due":"2026-03-31"}""", node);
        var stocked = await node.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"commission","time":"2026-03-01T08:00:00Z","items":["{{old}}","{{later}}"],"place":"A1"}"""
        );
        Assert.That(stocked.Status, Is.EqualTo(201), stocked.ToString());
        var use = $$"""{"do":"use","equipment":"{{gauge}}"}""";

        Assert.That(await ReasonsAsync(old, use, node), Is.Empty);
        Assert.That(await ReasonsAsync(later, use, node), Is.EqualTo(["OlderFirst"]));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await ReasonsAsync(old, use, node), Is.EqualTo(["Expired", "CalibrationOverdue"]));
        Assert.That(await ReasonsAsync(later, use, node), Is.EqualTo(["CalibrationOverdue"]));
    }

    [TestCase("SO-1")]
    [TestCase("1.2.3/elsewhere")]
    public async Task Order_ThatIsAWordOrHeldElsewhere_IsNoReason(string order)
    {
        var piece = await Server.RegisterAsync();

        Assert.That(await ReasonsAsync(piece, $$"""{"do":"ship","order":"{{order}}"}"""), Is.Empty);
    }

    [Test]
    public async Task Order_ThatNobodyKnows_IsAReason_AndNothingIsRecorded()
    {
        const string order = "88.300.1/no-order";
        var piece = await Server.RegisterAsync();
        var intent = $$"""{"do":"ship","order":"{{order}}","record":{"source":"wms","sourceKey":"{{piece}}"} }""";

        var answer = await ScanAsync(piece, intent, Role.Registrar);

        Assert.That(answer.Json.GetProperty("allowed").GetBoolean(), Is.False, answer.ToString());
        Assert.That(answer.Text, Does.Contain("UnknownOrder").And.Contain(order));
        Assert.That((await Server.GetAsync($"/api/v1/events?item={piece}", Role.Reader)).Items, Is.Empty);
    }

    [Test]
    public async Task Order_ThatWasRevoked_IsAReason()
    {
        var (piece, order) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var intent = $$"""{"do":"ship","order":"{{order}}"}""";
        Assert.That(await ReasonsAsync(piece, intent), Is.Empty);

        await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{order}");

        Assert.That(await ReasonsAsync(piece, intent), Is.EqualTo(["UnknownOrder"]));
    }

    [TestCase("""{"do":"use","equipment":["NAME"]}""")]
    [TestCase("""{"do":"use","tools":["NAME"]}""")]
    [TestCase("""{"do":"move","place":"NAME"}""")]
    public async Task Thing_OfThisNode_ThatNobodyKnows_IsAReason(string intent)
    {
        var (piece, thing) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        foreach (var known in new[] { thing, "1.2.3/elsewhere", "a word" })
        {
            Assert.That(await ReasonsAsync(piece, intent.Replace("NAME", known)), Is.Empty, known);
        }

        var answer = await ScanAsync(piece, intent.Replace("NAME", "88.300.1/none"), Role.Reader);
        await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{thing}");

        Assert.That(answer.Text, Does.Contain("UnknownThing").And.Contain("88.300.1/none is not registered"));
        Assert.That(await ReasonsAsync(piece, intent.Replace("NAME", thing)), Is.EqualTo(["UnknownThing"]));
    }

    [Test]
    public async Task Into_ThatIsNotRegisteredYet_IsNoReason_ButOneThatWasRevokedIs()
    {
        var (piece, into) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        Assert.That(await ReasonsAsync(piece, """{"do":"install","into":"88.300.1/later"}"""), Is.Empty);

        await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{into}");

        Assert.That(
            await ReasonsAsync(piece, $$"""{"do":"install","into":"{{into}}"}"""),
            Is.EqualTo(["UnknownThing"])
        );
    }

    [TestCase("""{"do":"use","bom":"word"}""", "intent.bom", 400)]
    [TestCase("""{"do":"use","bom":"88.300.15907541011/none"}""", "intent.bom")]
    [TestCase("""{"do":"use","tools":[7]}""", "intent.tools[0]")]
    [TestCase("""{"do":"use","equipment":[" "]}""", "intent.equipment[0]")]
    [TestCase("""{"do":"use","place":" "}""", "intent.place")]
    public async Task Fault_NamesItsField(string intent, string field, int status = 422)
    {
        var answer = await ScanAsync(await Server.RegisterAsync(), intent, Role.Reader);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((status, field)), answer.ToString());
    }

    [Test]
    public async Task MoreThanAHundredTools_AreRefused()
    {
        var tools = string.Join(',', Enumerable.Repeat("\"t\"", 101));

        var answer = await ScanAsync(
            await Server.RegisterAsync(),
            $$"""{"do":"use","tools":[{{tools}}]}""",
            Role.Reader
        );

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, "intent.tools")), answer.ToString());
        Assert.That(answer.Text, Does.Contain("intent.tools must be at most 100, equipment and tools together."));
    }

    [TestCase("""{"calibration":"made"}""", "trace.calibration")]
    [TestCase("""{"strokes":"made"}""", "trace.strokeLimit")]
    [TestCase("""{"strokes":"due","strokeLimit":"made"}""", "trace.strokes")]
    [TestCase("""{"lines":"due"}""", "trace.lines")]
    [TestCase("""{"bom":"due"}""", "trace.bom")]
    [TestCase("""{"material":"none"}""", "trace.material")]
    [TestCase("""{"place":"made"}""", "trace.place")]
    public async Task Template_WithARuleOfAnotherType_IsRefused(string trace, string field)
    {
        var saved = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            $$"""
            {"code":"wrong","attributes":[{"code":"due","type":"date"},{"code":"made","type":"integer"}],
             "trace":{{trace}}}
            """
        );

        Assert.That((saved.Status, saved.Fields[0]), Is.EqualTo((422, field)), saved.ToString());
    }

    [Test]
    public async Task Template_WithoutTheseRules_IsStoredWithoutTheirNames()
    {
        // A node of the version before refuses members that it does not know.
        await PublishAsync(
            "plain",
            """{"code":"plain","attributes":[{"code":"until","type":"date"}],"trace":{"expiry":"until"} }"""
        );

        var stored = Server
            .Services.GetRequiredService<CatalogHolder>()
            .Current.FindDocument(LogKind.Template, "plain/1")!;

        Assert.That(
            stored.Json,
            Does.Contain(
                """
                "trace":{"links":[],"expiry":"until"}
                """
            )
        );
    }

    private async Task PublishAsync(string code, string body, TestNode? node = null)
    {
        var saved = await (node ?? Server).SendAsync(Role.Admin, "POST", "/api/v1/templates", body);
        Assert.That(saved.Status, Is.EqualTo(201), saved.ToString());
        var published = await (node ?? Server).SendAsync(Role.Admin, "POST", $"/api/v1/templates/{code}/publish");
        Assert.That(published.Status, Is.EqualTo(200), published.ToString());
    }

    private async Task<string> MadeAsync(string template, string attributes, TestNode? node = null)
    {
        var id = Server.NewId();
        var made = await (node ?? Server).SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"{{template}}","identifier":"{{id}}","attributes":{{attributes}}}"""
        );
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        return id;
    }

    private async Task EventAsync(string type, string members)
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"{{type}}","time":"2026-03-02T08:00:{{_second++:00}}Z",{{members}}}"""
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }

    private async Task<string[]> ReasonsAsync(string id, string intent, TestNode? node = null)
    {
        var answer = await ScanAsync(id, intent, Role.Reader, node);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return [.. answer.Json.GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("code").GetString()!)];
    }

    private Task<Answer> ScanAsync(string id, string intent, Role role, TestNode? node = null) =>
        (node ?? Server).SendAsync(role, "POST", "/api/v1/scan", $$"""{"text":"{{id}}","intent":{{intent}}}""");
}
