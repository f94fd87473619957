using System.Text.Json;
using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Grpc;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Equipment and tools over their life, over REST and gRPC.</summary>
[TestFixture]
public sealed class EquipmentTests : NodeFixture
{
    private const string Machine = """
        {"code":"press","attributes":[{"code":"name","type":"text","visibility":"private"},
          {"code":"calibratedUntil","type":"date"},{"code":"firmwareVersion","type":"text"},
          {"code":"strokes","type":"integer"},{"code":"strokeLimit","type":"integer"}],
         "trace":{"calibration":"calibratedUntil","strokes":"strokes","strokeLimit":"strokeLimit"}}
        """;

    [OneTimeSetUp]
    public async Task MakeTemplateAsync()
    {
        Assert.That((await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates", Machine)).Status, Is.EqualTo(201));
        var published = await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates/press/publish");
        Assert.That(published.Status, Is.EqualTo(200), published.ToString());
    }

    [Test]
    public async Task Calibration_OfAnItem_IsThatAtTheTimeOfEachEvent()
    {
        var press = await MakeAsync(""" "calibratedUntil":"2026-02-10" """);
        var fresh = await MakeAsync("");
        var mould = await MakeAsync(""" "strokeLimit":200000 """);
        var item = Server.NewId();
        // It came in late: what counts is when it was.
        await InspectAsync("2026-02-20T00:00:00Z", press, "calibratedUntil", "\"2027-02-20\"");
        // The plant is in Shanghai, where a day ends at 16:00 UTC.
        var (first, second) = (await MadeAsync("2026-02-10T15:59:00Z", item, press), "2026-02-10T16:01:00Z");
        await MadeAsync(second, item, press);
        await MadeAsync("2026-02-21T00:00:00Z", item, press, $$""","tools":["{{fresh}}","{{mould}}","hand press"]""");
        var uncounted = await MadeAsync("2026-02-22T00:00:00Z", item, press);
        await CorrectAsync(uncounted);

        var answer = await Server.GetAsync("/api/v1/calibration?item=" + item, Role.Reader);
        var ofOne = await Server.GetAsync("/api/v1/calibration?event=" + first, Role.Reader);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(
            answer.Items.Select(line =>
                (Text(line, "name"), Text(line, "role"), Text(line.GetProperty("calibration"), "state"))
            ),
            Is.EqualTo(
                new[]
                {
                    (press, "equipment", "valid"),
                    (press, "equipment", "overdue"),
                    (press, "equipment", "valid"),
                    (fresh, "tool", "never-calibrated"),
                    (mould, "tool", "not-subject"),
                    ("hand press", "tool", "unknown"),
                }
            )
        );
        var (before, after) = (answer.Items[1].GetProperty("calibration"), answer.Items[2].GetProperty("calibration"));
        Assert.That((Text(before, "until"), before.GetProperty("version").GetInt64()), Is.EqualTo(("2026-02-10", 1)));
        Assert.That(
            (Text(after, "until"), Text(after, "time")),
            Is.EqualTo(("2027-02-20", "2026-02-20T00:00:00.000000Z"))
        );
        Assert.That(Text(ofOne.Items.Single(), "event"), Is.EqualTo(first));
    }

    [Test]
    public async Task Calibration_PageByPage_HasEachEventOnce()
    {
        var press = await MakeAsync("");
        var item = Server.NewId();
        for (var hour = 0; hour < 3; hour++)
        {
            await MadeAsync($"2026-02-10T0{hour}:00:00Z", item, press);
        }
        var times = new List<string>();
        for (string? next = ""; next is not null; )
        {
            var page = await Server.GetAsync($"/api/v1/calibration?limit=1&item={item}&after={next}", Role.Reader);
            times.AddRange(page.Items.Select(line => Text(line, "time")[11..13]));
            next = page.Json.TryGetProperty("next", out var more) ? more.GetString() : null;
        }

        Assert.That(times, Is.EqualTo(new[] { "00", "01", "02" }));
    }

    [Test]
    public async Task Instrument_ThatIsRegistered_IsTold()
    {
        var gauge = await MakeAsync(""" "calibratedUntil":"2026-01-31" """);
        var item = Server.NewId();
        await SendAsync(
            $$"""
            {"type":"inspect","time":"2026-02-01T08:00:00Z","items":["{{item}}"],"measurements":[
             {"characteristic":"width","value":2,"instrument":"{{gauge}}"},
             {"characteristic":"height","value":2,"instrument":"{{gauge}}"},{"characteristic":"x","text":"y","instrument":"G 7"}]}
            """
        );

        var answer = await Server.GetAsync("/api/v1/calibration?item=" + item, Role.Reader);

        Assert.That(
            answer.Items.Select(l => (Text(l, "role"), Text(l, "name"), Text(l.GetProperty("calibration"), "state"))),
            Is.EqualTo(new[] { ("instrument", gauge, "overdue"), ("instrument", "G 7", "unknown") })
        );
    }

    [Test]
    public async Task Strokes_OfATool_AreThoseThatAnEventCountedByThen()
    {
        var tool = await MakeAsync(""" "strokes":5,"strokeLimit":100 """);
        var item = Server.NewId();
        var before = await MadeAsync("2026-02-10T08:00:00Z", item, tool);
        await CountAsync("2026-02-11T08:00:00Z", tool, 99);
        await CountAsync("2026-02-12T08:00:00Z", tool, 100);
        var after = await MadeAsync("2026-02-13T08:00:00Z", item, tool);

        var answer = await Server.GetAsync("/api/v1/calibration?item=" + item, Role.Reader);

        Assert.That(
            answer.Items.Select(line =>
                (
                    Text(line, "event"),
                    line.GetProperty("strokes").GetProperty("made").GetInt64(),
                    line.GetProperty("strokes").GetProperty("wornOut").GetBoolean()
                )
            ),
            Is.EqualTo(new[] { (before, 5L, false), (after, 100L, true) })
        );
        Assert.That(answer.Items[0].GetProperty("strokes").GetProperty("limit").GetInt64(), Is.EqualTo(100));
    }

    [Test]
    public async Task Life_AtATime_HasSoftwareAndPartsOfThen()
    {
        var controller = await MakeAsync(""" "firmwareVersion":"5.0.2" """);
        var (old, renewed) = (Server.NewId(), Server.NewId());
        await SendAsync(
            $$"""
            {"type":"assemble","time":"2026-02-01T08:00:00Z","parent":"{{controller}}","children":[{"identifier":"{{old}}","position":"X1"}]}
            """
        );
        await SendAsync(
            $$"""
            {"type":"replace","time":"2026-02-10T08:00:00Z","parent":"{{controller}}","inputs":["{{old}}"],"outputs":["{{renewed}}"],"reason":"noise"}
            """
        );
        await InspectAsync("2026-02-11T08:00:00Z", controller, "firmwareVersion", "\"5.1.0\"");

        var before = await LifeAsync(controller, "2026-02-09T08:00:00Z");
        var later = await LifeAsync(controller, "2026-02-11T08:00:00Z");
        var changed = await Server.SendAsync(
            Role.Registrar,
            "PATCH",
            "/api/v1/identifiers/" + controller,
            """{"attributes":{"firmwareVersion":"5.2.0"}}"""
        );
        Assert.That(changed.Status, Is.EqualTo(200), changed.ToString());
        var now = await Server.GetAsync("/api/v1/life/" + controller, Role.Reader);

        Assert.That((Firmware(before), Parts(before)), Is.EqualTo(("5.0.2", old)));
        Assert.That(before.Json.GetProperty("parts")[0].GetProperty("position").GetString(), Is.EqualTo("X1"));
        Assert.That((Firmware(later), Parts(later)), Is.EqualTo(("5.1.0", renewed)));
        Assert.That(
            later.Json.GetProperty("events").EnumerateArray().Select(e => Text(e, "type")),
            Is.EqualTo(new[] { "inspect", "replace", "assemble" })
        );
        Assert.That(Text(later.Json.GetProperty("events")[1], "reason"), Is.EqualTo("noise"));
        Assert.That((Firmware(now), Parts(now)), Is.EqualTo(("5.2.0", renewed)));
        Assert.That(now.Json.GetProperty("complete").GetBoolean());
    }

    [Test]
    public async Task Made_PageByPage_HasEachItemOnce_WhateverComesMeanwhile()
    {
        var press = "press " + Server.NewId().Split('/')[1];
        var made = Enumerable.Range(0, 5).Select(_ => Server.NewId()).ToList();
        await SendAsync(
            $$"""
            {"type":"transform","time":"2026-02-10T08:00:00Z","equipment":"{{press}}","step":"pressing","inputs":["{{Server.NewId()}}"],
             "outputs":[{"identifier":"{{made[0]}}","quantity":2.5,"unit":"MTR"},"{{made[1]}}","{{made[2]}}"]}
            """
        );
        await MadeAsync("2026-02-10T09:00:00Z", made[3], press);
        await CorrectAsync(await MadeAsync("2026-02-10T09:30:00Z", Server.NewId(), press));
        await SendAsync(
            $$"""{"type":"assemble","time":"2026-02-10T10:00:00Z","tools":"{{press}}","parent":"{{made[4]}}","children":["{{made[3]}}"]}"""
        );
        await MadeAsync("2026-02-11T08:00:00Z", Server.NewId(), press);
        var asked =
            $"/api/v1/made?limit=2&from=2026-02-10T00:00:00Z&to=2026-02-11T00:00:00Z&equipment={Uri.EscapeDataString(press)}";
        var lines = new List<JsonElement>();
        for (string? next = ""; next is not null; )
        {
            var page = await Server.GetAsync($"{asked}&after={next}", Role.Reader);
            Assert.That((page.Status, page.Items.Length), Is.EqualTo((200, lines.Count < 4 ? 2 : 1)), page.ToString());
            lines.AddRange(page.Items);
            next = page.Json.TryGetProperty("next", out var more) ? more.GetString() : null;
            await MadeAsync("2026-02-10T08:00:00Z", Server.NewId(), press);
        }

        Assert.That(lines.Select(line => Text(line, "identifier")), Is.EqualTo(made));
        Assert.That(
            lines.Select(line => Text(line, "role")),
            Is.EqualTo(new[] { "output", "output", "output", "item", "parent" })
        );
        Assert.That(lines[0].GetProperty("quantity").GetDecimal(), Is.EqualTo(2.5m));
        Assert.That((Text(lines[0], "unit"), Text(lines[0], "step")), Is.EqualTo(("MTR", "pressing")));
    }

    [Test]
    public async Task Made_OfATemplate_AsATable()
    {
        var press = "press " + Server.NewId().Split('/')[1];
        var part = await Server.RegisterAsync();
        await MadeAsync("2026-02-10T08:00:00Z", Server.NewId(), press);
        await MadeAsync("2026-02-10T09:00:00Z", part, press);
        await MadeAsync("2026-02-10T10:00:00Z", await Server.RegisterAsync(), press);

        var answer = await Server.GetAsync(
            $"/api/v1/made?format=csv&limit=1&template=part&equipment={Uri.EscapeDataString(press)}",
            Role.Reader
        );

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        var rows = answer.Text.Split("\r\n");
        Assert.That(rows[0], Is.EqualTo("identifier,template,role,event,type,time,step,quantity,unit"));
        Assert.That(rows[1], Does.Match($"^{part},part,item,[-0-9a-f]+,operate,2026-02-10T09:00:00.000000Z,,,$"));
        Assert.That(rows[2..], Is.EqualTo(new[] { "" }));
        Assert.That(answer.Header("X-Next"), Does.Match(@"^-?\d+\.\d+\.\d+\.\d+\.-1$"));
    }

    [Test]
    public async Task EachCall_TakesTheBusinessKey()
    {
        var (press, key) = (Server.NewId(), Guid.NewGuid().ToString("N"));
        var registered = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""
            {"template":"part","identifier":"{{press}}","source":"mes","sourceKey":"{{key}}","attributes":{"name":"x"} }
            """
        );
        Assert.That(registered.Status, Is.EqualTo(201), registered.ToString());
        await MadeAsync("2026-02-10T08:00:00Z", Server.NewId(), press);
        var at = "at=2026-02-11T08:00:00Z";

        foreach (
            var (named, keyed) in new[]
            {
                ($"life/{press}?{at}", $"life?{at}&"),
                ($"made?equipment={press}", "made?"),
                ($"calibration?item={press}", "calibration?"),
            }
        )
        {
            var first = await Server.GetAsync("/api/v1/" + named, Role.Reader);
            var second = await Server.GetAsync($"/api/v1/{keyed}source=mes&sourceKey={key}", Role.Reader);
            var none = await Server.GetAsync($"/api/v1/{keyed}source=mes&sourceKey=none{key}", Role.Reader);

            Assert.That((second.Status, second.Text), Is.EqualTo((200, first.Text)), second.ToString());
            Assert.That(none.Status, Is.EqualTo(404), none.ToString());
        }
    }

    [Test]
    public async Task Made_ByAMachineThatNobodyKnows_IsNotFound()
    {
        var answer = await Server.GetAsync("/api/v1/made?equipment=no%20such%20press", Role.Reader);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((404, "equipment")), answer.ToString());
    }

    [TestCase("made", "equipment")]
    [TestCase("made?equipment=p&template=none", "template")]
    [TestCase("made?equipment=p&from=2026-02-10T00:00:00Z&to=2026-02-10T00:00:00Z", "from")]
    [TestCase("made?equipment=p&after=1.2.3", "after")]
    [TestCase("made?equipment=p&limit=1001", "limit")]
    [TestCase("calibration", "item")]
    [TestCase("calibration?item=88.300.1/a&event=e", "item")]
    [TestCase("calibration?item=nothing", "item")]
    [TestCase("calibration?item=88.300.1/a&after=x", "after")]
    [TestCase("calibration?item=88.300.1/a&limit=201", "limit")]
    [TestCase("life?id=88.300.1/a&at=now", "at")]
    [TestCase("life?id=88.300.1/a&limit=0", "limit")]
    public async Task Questions_ThatAreBad_NameTheField(string query, string field)
    {
        var answer = await Server.GetAsync("/api/v1/" + query, Role.Reader);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, field)), answer.ToString());
    }

    [TestCase("life/88.300.1/absent")]
    [TestCase("calibration?item=88.300.1/absent")]
    [TestCase("calibration?event=absent")]
    public async Task Questions_OfWhatIsNotThere_Are404(string query) =>
        Assert.That((await Server.GetAsync("/api/v1/" + query, Role.Reader)).Status, Is.EqualTo(404));

    [Test]
    public async Task Questions_OverGrpc_AreAnsweredTheSame()
    {
        var press = await MakeAsync(""" "calibratedUntil":"2026-02-10","firmwareVersion":"1" """);
        var item = Server.NewId();
        var happened = await MadeAsync("2026-02-11T08:00:00Z", item, press);

        var life = await CallAsync("GetLife", new V1.GetLifeRequest { Identifier = press }, V1.Life.Parser);
        var calibration = await CallAsync(
            "ListCalibration",
            new V1.ListCalibrationRequest { Item = item },
            V1.ListCalibrationResponse.Parser
        );
        var made = await CallAsync(
            "ListMade",
            new V1.ListMadeRequest { Equipment = press },
            V1.ListMadeResponse.Parser
        );

        Assert.That(life.Values.Single(v => v.Name == "firmwareVersion").Value, Is.EqualTo("1"));
        Assert.That(life.Calibration.Until.Version, Is.EqualTo(1));
        var line = calibration.Items.Single();
        Assert.That(
            (line.Name, line.Calibration.State, line.Role),
            Is.EqualTo((press, V1.CalibrationState.Overdue, V1.ResourceRole.Equipment))
        );
        Assert.That(
            made.Items.Select(m => (m.Identifier, m.Event, m.Role, m.Type)),
            Is.EqualTo(new[] { (item, happened, V1.MadeRole.Item, V1.EventType.Operate) })
        );
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string Firmware(Answer life) =>
        Text(
            life.Json.GetProperty("values").EnumerateArray().Single(v => Text(v, "name") == "firmwareVersion"),
            "value"
        );

    private static string Parts(Answer life) =>
        Text(life.Json.GetProperty("parts").EnumerateArray().Single(), "identifier");

    private async Task<Answer> LifeAsync(string id, string at)
    {
        var answer = await Server.GetAsync($"/api/v1/life/{id}?at={at}", Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return answer;
    }

    private async Task<string> MakeAsync(string attributes)
    {
        var id = Server.NewId();
        var made = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"press","identifier":"{{id}}","attributes":{ {{attributes}} } }"""
        );
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        return id;
    }

    private Task<string> InspectAsync(string time, string item, string characteristic, string text) =>
        SendAsync(
            $$"""
            {"type":"inspect","time":"{{time}}","items":["{{item}}"],
             "measurements":[{"characteristic":"{{characteristic}}","text":{{text}}}]}
            """
        );

    private Task<string> MadeAsync(string time, string item, string press, string more = "") =>
        SendAsync($$"""{"type":"operate","time":"{{time}}","items":["{{item}}"],"equipment":"{{press}}"{{more}}}""");

    private Task<string> CountAsync(string time, string tool, int strokes) =>
        SendAsync(
            $$"""
            {"type":"operate","time":"{{time}}","items":["{{Server.NewId()}}"],"tools":["{{tool}}"],
             "measurements":[{"characteristic":"strokes","value":{{strokes}}}]}
            """
        );

    private Task<string> CorrectAsync(string wrong) =>
        SendAsync($$"""{"type":"correct","time":"2026-02-25T08:00:00Z","corrects":"{{wrong}}"}""");

    private async Task<string> SendAsync(string body)
    {
        var sent = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/events", body);
        Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());
        return Text(sent.Json, "event");
    }

    private async Task<T> CallAsync<T>(string name, IMessage request, MessageParser<T> parser)
        where T : IMessage<T>
    {
        using var grpc = new RawGrpc(Server.GrpcEndPoint);
        return await grpc.CallAsync("idresolution.v1.Equipment/" + name, request, parser, Server.KeyOf(Role.Reader));
    }
}
