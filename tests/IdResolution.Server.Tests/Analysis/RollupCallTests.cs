using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Analysis;

/// <summary><c>POST /api/v1/trace:rollup</c>: shares of lots, weights, units, what is missing, and what is refused.</summary>
[TestFixture]
public sealed class RollupCallTests : NodeFixture
{
    private const string Route = "/api/v1/trace:rollup";

    private string _stack = "";

    /// <summary>
    /// A stack of two pieces, one without cost, made of a third of a lot that cost 90; it cost 5 itself. Its cells were
    /// measured twice.
    /// </summary>
    [OneTimeSetUp]
    public async Task FillAsync()
    {
        _stack = await PartAsync(5);
        var lot = await PartAsync(90);
        var piece = await PartAsync(7);
        var bare = await Server.RegisterAsync();
        await RecordAsync(
            $$"""
            {"type":"commission","time":"2026-03-01T08:00:00Z","items":[{"identifier":"{{lot}}","quantity":30,"unit":"KGM"}]}
            """,
            $$"""
            {"type":"transform","time":"2026-03-01T09:00:00Z","inputs":[{"identifier":"{{lot}}","quantity":10,"unit":"KGM"}],
             "outputs":["{{piece}}"]}
            """,
            $$"""
            {"type":"assemble","time":"2026-03-01T10:00:00Z","parent":"{{_stack}}","children":["{{piece}}","{{bare}}"]}
            """,
            Measured(10, "0.1", "0.2"),
            Measured(11, "0.61", "0.65", "0.7")
        );

        string Measured(int hour, params string[] volts) =>
            $$"""
                {"type":"inspect","time":"2026-03-01T{{hour}}:30:00Z","items":["{{_stack}}"],"measurements":[{{string.Join(
                    ',',
                    volts.Select(v => $$"""{"characteristic":"cellVoltage","value":{{v}},"unit":"VLT"}""")
                )}}]}
                """;
    }

    [Test]
    public async Task Sum_OfAnAttribute_CountsOfALotTheShareThatIsInTheRoot_AndSaysWhatIsMissing()
    {
        var answer = await AskAsync(""" "function":"sum","attribute":"cost" """);
        var group = Group(answer);

        Assert.Multiple(() =>
        {
            Assert.That(group.GetProperty("value").GetDecimal(), Is.EqualTo(5 + 7 + 30), answer.ToString());
            Assert.That(group.GetProperty("unit").GetString(), Is.EqualTo("CNY"));
            Assert.That(group.GetProperty("items").GetInt32(), Is.EqualTo(3));
            Assert.That(answer.Json.GetProperty("missing").GetProperty("count").GetInt32(), Is.EqualTo(1));
            Assert.That(answer.Json.GetProperty("missing").GetProperty("identifiers").GetArrayLength(), Is.EqualTo(1));
            Assert.That(answer.Json.GetProperty("found").GetInt32(), Is.EqualTo(4));
        });
    }

    // 5, 7 and 90; of the lot 10 KGM are in the stack, of the pieces one each.
    [TestCase("mean", null, "", 34)]
    [TestCase("min", null, "", 5)]
    [TestCase("max", null, "", 90)]
    [TestCase("spread", null, "", 85)]
    [TestCase("sum", "quantity", "KGM", 900)]
    [TestCase("sum", "quantity", "", 12)]
    [TestCase("sum", "cost", "CNY", 25 + 49 + 2700)]
    public async Task Functions_OfAnAttribute_WeighAsAsked(string function, string? weight, string unit, int value)
    {
        var weighed = weight is null ? "" : $""","weight":"{weight}" """;
        var answer = await AskAsync($""" "function":"{function}","attribute":"cost"{weighed} """);
        var group = answer
            .Json.GetProperty("groups")
            .EnumerateArray()
            .Single(g => (g.TryGetProperty("weightUnit", out var own) ? own.GetString() : "") == unit);

        Assert.That(group.GetProperty("value").GetDecimal(), Is.EqualTo(value), answer.ToString());
    }

    // A fifth of a lot of 2 kg, of which 50 % are platinum; and a sheet of 300 cm² with 0.4 mg/cm².
    [TestCase("share", "quantity", "GRM", 200)]
    [TestCase("share", "mass", "GRM", 200)]
    [TestCase("loading", "area", "mg", 120)]
    public async Task Sum_OfPartsOfSomething_IsInTheUnitOfThat(string attribute, string weight, string unit, int value)
    {
        var root = await PartAsync(1);
        var code = "powder" + Guid.NewGuid().ToString("N");
        await PublishAsync(code);
        var (powder, sheet) = (
            await MadeAsync(code, """{"share":50,"mass":2}"""),
            await MadeAsync(code, """{"loading":"0.4","area":300}""")
        );
        await RecordAsync(
            $$"""
            {"type":"commission","time":"2026-03-01T08:00:00Z","items":[{"identifier":"{{powder}}","quantity":2,"unit":"KGM"}]}
            """,
            $$"""
            {"type":"transform","time":"2026-03-01T09:00:00Z","outputs":["{{root}}"],
             "inputs":[{"identifier":"{{powder}}","quantity":400,"unit":"GRM"},"{{sheet}}"]}
            """
        );

        var answer = await SendAsync(
            $$"""{"root":"{{root}}","function":"sum","attribute":"{{attribute}}","weight":"{{weight}}"}"""
        );

        var group = Group(answer);
        Assert.That(group.GetProperty("value").GetDecimal(), Is.EqualTo(value), answer.ToString());
        Assert.That(group.GetProperty("unit").GetString(), Is.EqualTo(unit), answer.ToString());
        Assert.That(group.TryGetProperty("weightUnit", out _), Is.False, answer.ToString());
    }

    // The mean of two parts is a part.
    [Test]
    public async Task Mean_OfPartsOfSomething_IsInTheirUnit()
    {
        var root = await PartAsync(1);
        var code = "powder" + Guid.NewGuid().ToString("N");
        await PublishAsync(code);
        var (one, two) = (
            await MadeAsync(code, """{"share":50,"mass":2}"""),
            await MadeAsync(code, """{"share":20,"mass":1}""")
        );
        await RecordAsync(
            $$"""
            {"type":"transform","time":"2026-03-01T09:00:00Z","outputs":["{{root}}"],"inputs":["{{one}}","{{two}}"]}
            """
        );

        var answer = await SendAsync($$"""{"root":"{{root}}","function":"mean","attribute":"share","weight":"mass"}""");

        Assert.That(Group(answer).GetProperty("value").GetDecimal(), Is.EqualTo(40), answer.ToString());
        Assert.That(Group(answer).GetProperty("unit").GetString(), Is.EqualTo("%"));
    }

    [Test]
    public async Task Spread_OfAMeasurement_TakesTheLatestEventThatMeasuredIt()
    {
        var now = await AskAsync(""" "function":"spread","measurement":"cellVoltage" """);
        var then = await AskAsync(""" "function":"spread","measurement":"cellVoltage","at":"2026-03-01T11:00:00Z" """);

        Assert.Multiple(() =>
        {
            Assert.That(Group(now).GetProperty("value").GetDecimal(), Is.EqualTo(0.09m), now.ToString());
            Assert.That(Group(now).GetProperty("lowest").GetString(), Is.EqualTo(_stack));
            Assert.That(Group(then).GetProperty("value").GetDecimal(), Is.EqualTo(0.1m));
            // One of this template was measured, so the other three should have been.
            Assert.That(now.Json.GetProperty("missing").GetProperty("count").GetInt32(), Is.EqualTo(3));
        });
    }

    // Five pieces of one transformation that took 10 KWH, two of them in the root.
    [TestCase("sum", 4)]
    [TestCase("mean", 10)]
    [TestCase("max", 10)]
    public async Task Measurement_OfSeveralItemsAtOnce_IsSharedByThem(string function, int value)
    {
        var root = await PartAsync(1);
        string[] made = [.. Enumerable.Range(0, 5).Select(_ => Server.NewId())];
        await RecordAsync(
            $$"""
            {"type":"transform","time":"2026-03-01T09:00:00Z","outputs":{{JsonSerializer.Serialize(made)}},
             "measurements":[{"characteristic":"energy","value":10,"unit":"KWH"}]}
            """,
            $$"""
            {"type":"assemble","time":"2026-03-01T10:00:00Z","parent":"{{root}}","children":["{{made[0]}}","{{made[
                1
            ]}}"]}
            """
        );

        var answer = await SendAsync($$"""{"root":"{{root}}","function":"{{function}}","measurement":"energy"}""");

        Assert.That(Group(answer).GetProperty("value").GetDecimal(), Is.EqualTo(value), answer.ToString());
    }

    // Two lots of a template, of which the one that is not in the trace was measured; and a part that was.
    [Test]
    public async Task Measurement_OfATemplateThatWasNotMeasuredHere_IsCountedApart()
    {
        var root = await PartAsync(1);
        var code = "lot" + Guid.NewGuid().ToString("N");
        await PublishAsync(code);
        var (own, other, revoked) = (
            await MadeAsync(code, "{}"),
            await MadeAsync(code, "{}"),
            await MadeAsync(code, "{}")
        );
        await RecordAsync(
            $$"""
            {"type":"commission","time":"2026-03-01T08:00:00Z","items":["{{other}}"],
             "measurements":[{"characteristic":"carbon","value":125,"unit":"KGM"}]}
            """,
            $$"""
            {"type":"transform","time":"2026-03-01T09:00:00Z","inputs":["{{own}}","{{revoked}}"],"outputs":["{{root}}"],
             "measurements":[{"characteristic":"carbon","value":10,"unit":"KGM"}]}
            """
        );
        var gone = await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{revoked}");
        Assert.That(gone.Status, Is.EqualTo(204), gone.ToString());

        var all = await SendAsync($$"""{"root":"{{root}}","function":"sum","measurement":"carbon"}""");
        var lots = await SendAsync(
            $$"""{"root":"{{root}}","function":"sum","measurement":"carbon","template":"{{code}}"}"""
        );
        var attribute = await SendAsync($$"""{"root":"{{root}}","function":"sum","attribute":"cost"}""");

        Assert.That(Missing(all), Is.EqualTo((0, $$"""[{"template":"{{code}}","count":1}]""")), all.ToString());
        Assert.That(Group(all).GetProperty("value").GetDecimal(), Is.EqualTo(10));
        Assert.That(Missing(lots), Is.EqualTo((1, "[]")), "a template that is named should have been measured");
        Assert.That(Missing(attribute), Is.EqualTo((0, "[]")), attribute.ToString());

        static (int, string) Missing(Answer answer) =>
            (
                answer.Json.GetProperty("missing").GetProperty("count").GetInt32(),
                answer.Json.GetProperty("unmeasured").GetRawText()
            );
    }

    [Test]
    public async Task Measurement_ThatNoEventNames_IsNotFound_AndOneOfOtherItemsIsNot()
    {
        var mistyped = await AskAsync(""" "function":"sum","measurement":"cellVoltge" """);
        var bare = await PartAsync(1);
        var other = await SendAsync($$"""{"root":"{{bare}}","function":"sum","measurement":"cellVoltage"}""");

        Assert.That((mistyped.Status, mistyped.Fields[0]), Is.EqualTo((404, "measurement")), mistyped.ToString());
        Assert.That(other.Status, Is.EqualTo(200), other.ToString());
        Assert.That(
            other.Json.GetProperty("unmeasured").GetRawText(),
            Is.EqualTo("""[{"template":"part","count":1}]""")
        );
    }

    [TestCase(""" "function":"sum" """, "attribute")]
    [TestCase(""" "function":"sum","attribute":"cost","measurement":"m" """, "attribute")]
    [TestCase(""" "function":"sum","attribute":"name" """, "attribute")]
    [TestCase(""" "function":"sum","attribute":"absent" """, "attribute")]
    [TestCase(""" "function":"median","attribute":"cost" """, "function")]
    [TestCase(""" "attribute":"cost" """, "function")]
    [TestCase(""" "function":"min","attribute":"cost","weight":"quantity" """, "weight")]
    [TestCase(""" "function":"sum","attribute":"cost","weight":"name" """, "weight")]
    [TestCase(""" "function":"sum","attribute":"cost","direction":"both" """, "direction")]
    [TestCase(""" "function":"sum","attribute":"cost","template":"none" """, "template")]
    [TestCase(""" "function":"sum","attribute":"cost","template":[3] """, "template[0]")]
    [TestCase(""" "function":"sum","attribute":"cost","at":"soon" """, "at")]
    [TestCase(""" "function":"sum","attribute":"cost","budget":100001 """, "budget")]
    [TestCase(""" "function":"sum","attribute":"cost","number":0 """, "number")]
    [TestCase(""" "function":"sum","attribute":"cost","over":1 """, "over")]
    public async Task Fault_NamesItsField(string members, string field)
    {
        var answer = await AskAsync(members);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)), answer.ToString());
    }

    [Test]
    public async Task Root_MissingMalformedOrUnknown_IsRefused()
    {
        var none = await SendAsync("""{"function":"sum","attribute":"cost"}""");
        var bad = await SendAsync("""{"root":"x","function":"sum","attribute":"cost"}""");
        var absent = await SendAsync("""{"root":"88.300.1/absent","function":"sum","attribute":"cost"}""");

        Assert.That((none.Status, none.Fields[0]), Is.EqualTo((422, "root")));
        Assert.That((bad.Status, bad.Fields[0]), Is.EqualTo((422, "root")));
        Assert.That(absent.Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Trace_ThatIsNotWhole_HasNoFigure()
    {
        var answer = await AskAsync(""" "function":"sum","attribute":"cost","budget":2 """);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((413, "budget")));
    }

    private static JsonElement Group(Answer answer) => answer.Json.GetProperty("groups").EnumerateArray().Single();

    private Task<Answer> AskAsync(string members) => SendAsync($$"""{"root":"{{_stack}}",{{members}}}""");

    private Task<Answer> SendAsync(string body) => Server.SendAsync(Role.Reader, "POST", Route, body);

    private Task<string> PartAsync(int cost) =>
        Server.RegisterAsync($$""" "attributes":{"name":"n","cost":{{cost}} } """);

    private async Task PublishAsync(string code)
    {
        await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            $$"""
            {"code":"{{code}}","attributes":[{"code":"share","type":"decimal","unit":"%"},
             {"code":"mass","type":"decimal","unit":"kg"},{"code":"loading","type":"decimal","unit":"mg/cm²"},
             {"code":"area","type":"decimal","unit":"cm²"}]}
            """
        );
        var published = await Server.SendAsync(Role.Admin, "POST", $"/api/v1/templates/{code}/publish");
        Assert.That(published.Status, Is.EqualTo(200), published.ToString());
    }

    private async Task<string> MadeAsync(string template, string attributes)
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

    private async Task RecordAsync(params string[] events)
    {
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events:batch",
            $$"""{"items":[{{string.Join(',', events)}}]}"""
        );
        Assert.That(sent.Items.Select(i => i.GetProperty("status").GetInt32()), Is.All.EqualTo(201), sent.Text);
    }
}
