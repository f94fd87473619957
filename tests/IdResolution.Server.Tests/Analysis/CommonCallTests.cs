using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Analysis;

/// <summary><c>POST /api/v1/trace:common</c> on a small line: what bad items share, and what is refused.</summary>
[TestFixture]
public sealed class CommonCallTests : NodeFixture
{
    private const string Route = "/api/v1/trace:common";

    [Test]
    public async Task Common_LotOfTheBadOnes_IsFoundWithItsPathAndWhatHasTheSameItems()
    {
        var line = await LineAsync();
        var answer = await AskAsync($$"""{"bad":{{line.Bad}},"good":{{line.Good}},"kinds":["ancestor","person"]}""");
        var first = answer.Json.GetProperty("findings")[0];

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(first.GetProperty("kind").GetString(), Is.EqualTo("ancestor"));
            Assert.That(first.GetProperty("identifier").GetString(), Is.EqualTo(line.Id + "-lot1"));
            Assert.That((Int(first, "bad"), Int(first, "good")), Is.EqualTo((8, 0)));
            // The roll was made into this lot alone.
            Assert.That(
                first.GetProperty("same").EnumerateArray().Select(s => s.GetProperty("identifier").GetString()),
                Is.EqualTo([line.Id + "-roll1", "Ann"])
            );
            Assert.That(
                first.GetProperty("evidence").GetProperty("path").EnumerateArray().Select(s => s.GetString()),
                Is.EqualTo([line.Id + "-0", line.Id + "-lot1"])
            );
            Assert.That((Int(answer.Json, "bad"), Int(answer.Json, "good")), Is.EqualTo((8, 24)));
            Assert.That(answer.Json.GetProperty("complete").GetBoolean());
            // 1/C(32,8) for each of the three that are not the same: lot 1, lot 2, and Bob.
            Assert.That(first.GetProperty("p").GetDouble(), Is.EqualTo(2 / 10_518_300.0).Within(1e-12));
        });
    }

    [Test]
    public async Task Common_MachineInASpan_IsFoundWithItsTimesAndEvents()
    {
        var line = await LineAsync();
        var answer = await AskAsync(
            $$"""{"bad":{{line.Bad}},"good":{{line.Good}},"kinds":["equipment","measurement"]}"""
        );
        var findings = answer.Json.GetProperty("findings").EnumerateArray().ToList();
        var press = findings.Single(f => f.GetProperty("kind").GetString() == "equipment");

        Assert.Multiple(() =>
        {
            Assert.That(press.GetProperty("identifier").GetString(), Is.EqualTo("press 1"));
            Assert.That(press.GetProperty("text").GetBoolean());
            Assert.That(press.GetProperty("from").GetString(), Does.StartWith("2026-03-01T00:"));
            Assert.That(press.GetProperty("to").GetString(), Does.StartWith("2026-03-01T07:"));
            Assert.That(press.GetProperty("evidence").GetProperty("events").GetArrayLength(), Is.EqualTo(8));
            // The temperature rose with the hours.
            Assert.That(press.GetProperty("same")[0].GetProperty("characteristic").GetString(), Is.EqualTo("heat"));
            Assert.That(press.GetProperty("same")[0].GetProperty("high").GetDouble(), Is.EqualTo(107.5));
            Assert.That(press.GetProperty("same")[0].TryGetProperty("low", out _), Is.False);
        });
    }

    [Test]
    public async Task Common_PlaceOfTheBadOnes_IsFound_AndNotWhereAllOfThemWere()
    {
        var line = await LineAsync();
        string[] bad = JsonSerializer.Deserialize<string[]>(line.Bad)!;
        var moved = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"move","time":"2026-03-04T00:00:00Z","items":{{line.Bad}},"place":"cold store"}"""
        );
        Assert.That(moved.Status, Is.EqualTo(201), moved.Text);

        var answer = await AskAsync($$"""{"bad":{{line.Bad}},"good":{{line.Good}},"kinds":["place"]}""");

        var found = answer.Json.GetProperty("findings").EnumerateArray().Single();
        Assert.That(found.GetProperty("kind").GetString(), Is.EqualTo("place"));
        Assert.That(found.GetProperty("identifier").GetString(), Is.EqualTo("cold store"), "all were in hall 1");
        Assert.That((Int(found, "bad"), Int(found, "good")), Is.EqualTo((bad.Length, 0)));
        Assert.That(
            found.GetProperty("evidence").GetProperty("events").EnumerateArray().Single().GetString(),
            Is.EqualTo(moved.Json.GetProperty("event").GetString())
        );
    }

    [Test]
    public async Task Common_VersionOfAProcess_IsFound_AndNamedBeforeWhatWasMeasured()
    {
        var (process, id) = (await Server.RegisterAsync(), Server.NewId());
        await PressAsync("2026-03-01T08:00:00Z", 0, 8, 90);
        var changed = await Server.SendAsync(
            Role.Registrar,
            "PATCH",
            $"/api/v1/identifiers/{process}",
            """{"values":[{"index":9,"type":"REMARK","data":"150 s in place of 120 s"}]}"""
        );
        Assert.That(changed.Status, Is.EqualTo(200), changed.Text);
        var later = DateTime.UtcNow.ToString("O");
        await PressAsync(later, 8, 24, 80);

        var answer = await AskAsync($$"""{"bad":{{Named(0, 8)}},"good":{{Named(8, 16)}}}""");

        var found = answer.Json.GetProperty("findings")[0];
        Assert.That(found.GetProperty("kind").GetString(), Is.EqualTo("process"), answer.Text);
        Assert.That(found.GetProperty("identifier").GetString(), Is.EqualTo(process));
        Assert.That(found.GetProperty("to").GetString(), Does.StartWith("2026-03-01T08:00:00"));
        Assert.That((Int(found, "bad"), Int(found, "good")), Is.EqualTo((8, 0)));
        Assert.That(found.GetProperty("same")[0].GetProperty("characteristic").GetString(), Is.EqualTo("heat"));

        string Named(int first, int count) =>
            JsonSerializer.Serialize(Enumerable.Range(first, count).Select(i => $"{id}-{i}"));

        async Task PressAsync(string time, int first, int end, int heat)
        {
            var events = Enumerable
                .Range(first, end - first)
                .Select(i =>
                    $$"""
                        {"type":"observe","time":"{{time}}","items":["{{id}}-{{i}}"],"process":"{{process}}",
                         "measurements":[{"characteristic":"heat","value":{{heat}},"unit":"CEL"}]}
                        """
                );
            var sent = await Server.SendAsync(
                Role.Registrar,
                "POST",
                "/api/v1/events:batch",
                $$"""{"items":[{{string.Join(',', events)}}]}"""
            );
            Assert.That(sent.Items.Select(i => i.GetProperty("status").GetInt32()), Is.All.EqualTo(201), sent.Text);
        }
    }

    [Test]
    public async Task Common_Queries_TakeItemsByTemplateAndAttribute_AndBadOnesAreNotGood()
    {
        var grade = "only-" + Server.NewId("g").Split('/')[1];
        foreach (var name in new[] { grade, grade, "other" })
        {
            await Server.SendAsync(
                Role.Registrar,
                "POST",
                "/api/v1/identifiers",
                $$""" {"template":"part","attributes":{"name":"{{name}}" } } """
            );
        }

        var answer = await AskAsync(
            $$""" {"bad":{"template":"part","attributes":{"name":"{{grade}}" } },"good":{"template":"part"} } """
        );

        Assert.That((answer.Status, Int(answer.Json, "bad")), Is.EqualTo((200, 2)), answer.ToString());
        Assert.That(Int(answer.Json, "good"), Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task Common_BudgetThatEndsTheTraces_ReadsWholeGenerationsAlike()
    {
        var line = await LineAsync();
        var cut = await AskAsync($$"""{"bad":{{line.Bad}},"good":{{line.Good}},"budget":34}""");
        var none = await AskAsync($$"""{"bad":{{line.Bad}},"good":{{line.Good}},"budget":10}""");

        Assert.Multiple(() =>
        {
            Assert.That(cut.Status, Is.EqualTo(200), cut.ToString());
            Assert.That(cut.Json.GetProperty("complete").GetBoolean(), Is.False);
            Assert.That(Int(cut.Json, "generations"), Is.EqualTo(1));
            Assert.That((none.Status, none.Fields[0]), Is.EqualTo((413, "budget")));
        });
    }

    [TestCase("""{"good":["ID"]}""", "bad")]
    [TestCase("""{"bad":["ID"]}""", "good")]
    [TestCase("""{"bad":[],"good":["ID"]}""", "bad")]
    [TestCase("""{"bad":["ID"],"good":["ID"]}""", "good")]
    [TestCase("""{"bad":["ID",7],"good":["ID"]}""", "bad[1]")]
    [TestCase("""{"bad":["x"],"good":["ID"]}""", "bad[0]")]
    [TestCase("""{"bad":["88.300.1/never-named"],"good":["ID"]}""", "bad[0]")]
    [TestCase("""{"bad":"ID","good":["ID"]}""", "bad")]
    [TestCase("""{"bad":{"template":"none"},"good":["ID"]}""", "bad.template")]
    [TestCase("""{"bad":{},"good":["ID"]}""", "bad.template")]
    [TestCase("""{"bad":{"template":"part","attributes":{"serial":"x"}},"good":["ID"]}""", "bad.attributes.serial")]
    [TestCase("""{"bad":{"template":"part","attributes":{"grade":"C"}},"good":["ID"]}""", "bad.attributes.grade")]
    [TestCase("""{"bad":{"template":"part","attributes":{"grade":"A","cost":1}},"good":["ID"]}""", "bad.attributes")]
    [TestCase("""{"bad":{"template":"part","attributes":3},"good":["ID"]}""", "bad.attributes")]
    [TestCase("""{"bad":{"template":"part","from":"now"},"good":["ID"]}""", "bad.from")]
    [TestCase(
        """{"bad":{"template":"part","from":"2026-03-02T00:00:00Z","to":"2026-03-01T00:00:00Z"},"good":["ID"]}""",
        "bad.from"
    )]
    [TestCase("""{"bad":["ID"],"good":["ID"],"at":"yesterday"}""", "at")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"number":0}""", "number")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"number":1.5}""", "number")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"kinds":["moon"]}""", "kinds[0]")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"kinds":"tool"}""", "kinds")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"budget":0}""", "budget")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"budget":2000001}""", "budget")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"limit":101}""", "limit")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"p":0}""", "p")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"p":1.1}""", "p")]
    [TestCase("""{"bad":["ID"],"good":["ID"],"worse":[]}""", "worse")]
    public async Task Common_Fault_NamesItsField(string body, string field)
    {
        var id = await Server.RegisterAsync();
        var answer = await AskAsync(body.Replace("ID", id, StringComparison.Ordinal));

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)), answer.ToString());
    }

    [Test]
    public async Task Common_MoreItemsThanAreCompared_Is413()
    {
        var many = string.Join(',', Enumerable.Repeat("\"88.300.1/x\"", 20_001));
        var answer = await AskAsync($$"""{"bad":[{{many}}],"good":["88.300.1/x"]}""");

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((413, "bad")), answer.ToString());
    }

    private Task<Answer> AskAsync(string body) => Server.SendAsync(Role.Reader, "POST", Route, body);

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    /// <summary>
    /// Pieces pressed hour by hour on one press: 8 bad ones by Ann out of lot 1, which roll 1 was made into, then 24
    /// good ones by Bob out of lot 2.
    /// </summary>
    private async Task<(string Id, string Bad, string Good)> LineAsync()
    {
        var id = Server.NewId();
        var events = Enumerable
            .Range(0, 32)
            .Select(i =>
                $$"""
                    {"type":"transform","time":"{{new DateTime(2026, 3, 1).AddHours(i):s}}Z","inputs":["{{id}}-lot{{(
                        i < 8 ? 1 : 2
                    )}}"],
                     "outputs":["{{id}}-{{i}}"],"equipment":["press 1"],"persons":["{{(
                        i < 8 ? "Ann" : "Bob"
                    )}}"],"place":"hall 1",
                     "measurements":[{"characteristic":"heat","value":{{100.5
                        + i}},"unit":"CEL"}],"source":"mes","sourceKey":"{{id}}-{{i}}"}
                    """
            )
            .Prepend(
                $$"""
                {"type":"transform","time":"2026-02-01T00:00:00Z","inputs":["{{id}}-roll1"],
                 "outputs":["{{id}}-lot1"]}
                """
            );
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events:batch",
            $$"""{"items":[{{string.Join(',', events)}}]}"""
        );
        Assert.That(sent.Items.Select(i => i.GetProperty("status").GetInt32()), Is.All.EqualTo(201), sent.Text);
        return (id, Named(0, 8), Named(8, 24));

        string Named(int first, int count) =>
            JsonSerializer.Serialize(Enumerable.Range(first, count).Select(i => $"{id}-{i}"));
    }
}
