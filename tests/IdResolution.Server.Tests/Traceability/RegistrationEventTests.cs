using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Links and events that are given with a registration: all of it is taken, or nothing.</summary>
[TestFixture]
public sealed class RegistrationEventTests : NodeFixture
{
    private const string Route = "/api/v1/identifiers";

    [Test]
    public async Task Item_WithLinksAndEvents_IsTakenInOneCall_AndOnceIfSentTwice()
    {
        var (roll, plate, key) = (Server.NewId("roll"), await Server.RegisterAsync(), Server.NewId("key"));
        var body = $$"""
            {"template":"part","source":"mes","sourceKey":"{{key}}","attributes":{"name":"mea"},
             "links":[{"type":"consumes","to":"{{roll}}","quantity":0.5,"unit":"MTR"},
                      {"type":"contains","to":"{{plate}}","position":"3","time":"2026-03-01T08:00:00Z"}],
             "events":[{"type":"inspect","time":"2026-03-01T09:00:00Z","place":"Hall 1",
                        "measurements":{"characteristic":"thickness","value":25,"unit":"MIC"} }]}
            """;

        var first = await SendAsync(body);
        var again = await SendAsync(body);

        Assert.That((first.Status, again.Status), Is.EqualTo((201, 200)), first.ToString());
        var id = first.Json.GetProperty("identifier").GetString()!;
        Assert.That(again.Json.GetProperty("identifier").GetString(), Is.EqualTo(id));
        var recorded = first.Json.GetProperty("recorded");
        Assert.That(again.Json.GetProperty("recorded").GetRawText(), Is.EqualTo(recorded.GetRawText()));
        Assert.That(again.Json.TryGetProperty("differs", out _), Is.False);
        Assert.That(
            (recorded.GetProperty("links").GetArrayLength(), recorded.GetProperty("events").GetArrayLength()),
            Is.EqualTo((2, 1))
        );
        var story = (await Server.GetAsync($"/api/v1/events?item={id}", Role.Reader)).Items;
        Assert.That(
            story.Select(e => e.GetProperty("type").GetString()),
            Is.EquivalentTo(["transform", "assemble", "inspect"])
        );
        Assert.That((await StatusAsync(plate)).GetProperty("parent").GetString(), Is.EqualTo(id));
        Assert.That((await StatusAsync(id)).GetProperty("place").GetString(), Is.EqualTo("Hall 1"));
        Assert.That((await StatusAsync(id)).GetProperty("registered").GetBoolean());
        var sequences = recorded
            .GetProperty("links")
            .EnumerateArray()
            .Select(e => e.GetProperty("sequence").GetInt64());
        Assert.That(sequences.Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Event_NamesTheItemBySelf_WhereverItMayStand()
    {
        var (roll, plate) = (Server.NewId("roll"), Server.NewId("plate"));
        var answer = await SendAsync(
            $$"""
            {"template":"part","attributes":{"name":"mea"},"events":[
              {"type":"transform","time":"2026-03-01T08:00:00Z","inputs":["{{roll}}"],
               "outputs":[{"self":true,"quantity":12.5,"unit":"MTR"},"{{plate}}"]},
              {"type":"assemble","time":"2026-03-01T09:00:00Z","parent":"{{plate}}","children":{"self":true} },
              {"type":"operate","time":"2026-03-01T10:00:00Z","items":["{{plate}}"],"equipment":{"self":true} }]}
            """
        );

        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        var id = answer.Json.GetProperty("identifier").GetString()!;
        var story = (await Server.GetAsync($"/api/v1/events?item={id}", Role.Reader)).Items;
        Assert.That(
            story[0].GetProperty("outputs").GetRawText(),
            Is.EqualTo($$"""[{"identifier":"{{id}}","quantity":12.5,"unit":"MTR"},{"identifier":"{{plate}}"}]""")
        );
        Assert.That(story[1].GetProperty("children")[0].GetProperty("identifier").GetString(), Is.EqualTo(id));
        Assert.That(story[2].GetProperty("equipment")[0].GetProperty("identifier").GetString(), Is.EqualTo(id));
        Assert.That((await StatusAsync(id)).GetProperty("parent").GetString(), Is.EqualTo(plate));
    }

    [TestCase("""{"type":"commission","time":"2026-03-01T08:00:00Z"}""", "items")]
    [TestCase("""{"type":"transform","time":"2026-03-01T08:00:00Z","inputs":["PLATE"]}""", "outputs")]
    [TestCase("""{"type":"install","time":"2026-03-01T08:00:00Z","children":["PLATE"]}""", "parent")]
    public async Task Event_ThatDoesNotNameTheItem_IsAboutIt(string given, string member)
    {
        var plate = Server.NewId("plate");
        var body = given.Replace("PLATE", plate, StringComparison.Ordinal);
        var answer = await SendAsync($$"""{"template":"part","attributes":{"name":"x"},"events":[{{body}}]}""");

        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        var id = answer.Json.GetProperty("identifier").GetString()!;
        var shown = (await Server.GetAsync($"/api/v1/events?item={id}", Role.Reader)).Items.Single();
        Assert.That(shown.GetProperty(member).GetRawText(), Does.Contain(id));
    }

    [Test]
    public async Task Faults_OfItemLinksAndEvents_AreNamedAllAtOnce_AndNothingIsTaken()
    {
        var (id, roll) = (Server.NewId(), Server.NewId("roll"));
        var answer = await SendAsync(
            $$"""
            {"template":"part","identifier":"{{id}}","attributes":{"cost":"much"},
             "links":[{"type":"contains","to":"{{roll}}"},{"type":"contains","to":"word","unit":" "},
                      {"type":"eats","to":"{{roll}}"},{"type":"consumes","to":"{{roll}}","quantity":-1}],
             "events":[{"type":"inspect","time":"then"},{"type":"assemble","time":"2026-03-01T08:00:00Z"}]}
            """
        );

        Assert.That(answer.Status, Is.EqualTo(422), answer.ToString());
        Assert.That(
            answer.Fields,
            Is.EquivalentTo([
                "attributes.name",
                "attributes.cost",
                "links[1].to",
                "links[2].type",
                "links[3].quantity",
                "events[0].time",
                "events[1].children",
            ]),
            answer.ToString()
        );
        Assert.That((await Server.GetAsync($"{Route}/{id}", Role.Reader)).Status, Is.EqualTo(404));
        Assert.That((await Server.GetAsync($"/api/v1/status/{roll}", Role.Reader)).Status, Is.EqualTo(404));
    }

    [TestCase("""[{"type":"contains","from":"88.300.1/x","to":"88.300.1/y"}]""", "[]", "links[0].from")]
    [TestCase("""[{"type":"contains","to":{"self":true}}]""", "[]", "links[0].to")]
    [TestCase("""[{"type":"contains","to":"88.300.1/y","colour":1}]""", "[]", "links[0].colour")]
    [TestCase("5", "[]", "links")]
    [TestCase("[5]", "[5]", "links[0] events[0]")]
    [TestCase(
        "[]",
        """[{"type":"inspect","time":"x","items":[{"self":"yes"}]}]""",
        "events[0].items[0].self events[0].time"
    )]
    [TestCase(
        "[]",
        """[{"type":"inspect","time":"2026-03-01T08:00:00Z","items":[{"self":true,"identifier":"88.300.1/y"}]}]""",
        "events[0].items[0]"
    )]
    public async Task Fault_NamesItsField(string links, string events, string fields)
    {
        var answer = await SendAsync(
            $$"""{"template":"part","attributes":{"name":"x"},"links":{{links}},"events":{{events}}}"""
        );

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, fields)), answer.ToString());
    }

    [Test]
    public async Task Self_BelongsToRegistrationsAlone()
    {
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            """{"type":"inspect","time":"2026-03-01T08:00:00Z","items":[{"self":true}]}"""
        );

        Assert.That((sent.Status, sent.Fields.Single()), Is.EqualTo((422, "items[0]")), sent.ToString());
    }

    [Test]
    public async Task EventThatIsRefusedByTheStore_RefusesTheItem_AndNoNumberIsUsedUp()
    {
        var (car, key) = (Server.NewId("car"), Server.NewId("key"));
        await SendEventAsync(
            $$"""
            {"type":"move","time":"2026-03-01T08:00:00Z","items":["{{car}}"],"place":"A","source":"mes",
             "sourceKey":"{{key}}"}
            """
        );
        var before = await RegisterAsync("");

        var taken = await SendAsync(
            $$"""
            {"template":"part","attributes":{"name":"x"},"events":[{"type":"commission","time":"2026-03-01T08:00:00Z"},
             {"type":"move","time":"2026-03-01T08:00:00Z","place":"B","source":"mes","sourceKey":"{{key}}"}]}
            """
        );
        var cycle = await SendAsync(
            $$"""
            {"template":"part","attributes":{"name":"x"},
             "links":[{"type":"contains","to":"{{car}}","time":"2026-03-01T08:00:00Z"}],
             "events":[{"type":"assemble","time":"2026-03-01T09:00:00Z","parent":"{{car}}","children":{"self":true} }]}
            """
        );
        var after = await RegisterAsync("");

        Assert.That(
            (taken.Status, taken.Code, taken.Fields.Single()),
            Is.EqualTo((409, "KeyConflict", "events[1].sourceKey"))
        );
        Assert.That((cycle.Status, cycle.Fields.Single()), Is.EqualTo((422, "events[0].children")), cycle.ToString());
        Assert.That(NumberOf(after), Is.EqualTo(NumberOf(before) + 1));
    }

    [TestCase("cycle")]
    [TestCase("key twice")]
    [TestCase("corrected twice")]
    [TestCase("identifier taken")]
    [TestCase("key taken")]
    public async Task Refused_WhateverRefusesIt_MakesNoSource(string cause)
    {
        var (id, other, source) = (Server.NewId(), Server.NewId("other"), "s" + Guid.NewGuid().ToString("N")[..8]);
        var at = """ "time":"2026-03-01T08:00:00Z" """;
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"move",{{at}},"items":["{{other}}"],"place":"A","source":"mes","sourceKey":"{{other}}"}"""
        );
        if (cause == "identifier taken")
        {
            await SendAsync($$"""{"template":"part","identifier":"{{id}}","attributes":{"name":"other"} }""");
        }
        var correction = $$"""{"type":"correct",{{at}},"corrects":"{{sent.Json.GetProperty("event").GetString()}}"}""";
        var second = cause switch
        {
            "cycle" => $$"""
                {"type":"assemble",{{at}},"parent":{"self":true},"children":["{{other}}"]},
                {"type":"assemble",{{at}},"parent":"{{other}}","children":{"self":true} }
                """,
            "key twice" => $$"""{"type":"move",{{at}},"place":"B","source":"{{source}}","sourceKey":"1"}""",
            "corrected twice" => $$"""{{correction[..^1]}},"reason":"a"},{{correction}}""",
            "key taken" => $$"""{"type":"move",{{at}},"place":"B","source":"mes","sourceKey":"{{other}}"}""",
            _ => $$"""{"type":"inspect",{{at}}}""",
        };

        var refused = await SendAsync(
            $$"""
            {"template":"part","identifier":"{{id}}","attributes":{"name":"x"},"source":"{{source}}x","sourceKey":"1",
             "events":[{"type":"move",{{at}},"place":"A","source":"{{source}}","sourceKey":"1"},{{second}}]}
            """
        );

        Assert.That(refused.Status, Is.AnyOf(409, 422), refused.ToString());
        var sources = await Server.GetAsync("/api/v1/sources", Role.Admin);
        Assert.That(sources.Text, Does.Not.Contain(source), refused.ToString());
    }

    [Test]
    public async Task Sources_OfItemAndEvents_AreMadeWithIt()
    {
        var source = "s" + Guid.NewGuid().ToString("N")[..8];
        var body = $$"""
            {"template":"part","attributes":{"name":"x"},"source":"{{source}}x","sourceKey":"1",
             "events":[{"type":"move","time":"2026-03-01T08:00:00Z","place":"A","source":"{{source}}","sourceKey":"1"}]}
            """;

        var made = await SendAsync(body);
        var again = await SendAsync(body);

        Assert.That((made.Status, again.Status), Is.EqualTo((201, 200)), made.ToString());
        Assert.That(
            again.Json.GetProperty("recorded").GetRawText(),
            Is.EqualTo(made.Json.GetProperty("recorded").GetRawText())
        );
        var sources = await Server.GetAsync("/api/v1/sources", Role.Admin);
        Assert.That(sources.Text, Does.Contain($"\"{source}\"").And.Contain($"\"{source}x\""));
    }

    [Test]
    public async Task ItemThatIsThere_SaysWhatOfTheCallIsNot_AndAddsNothing()
    {
        var (id, roll) = (Server.NewId(), Server.NewId("roll"));
        await SendAsync($$"""{"template":"part","identifier":"{{id}}","attributes":{"name":"x"} }""");

        var again = await SendAsync(
            $$"""
            {"template":"part","identifier":"{{id}}","attributes":{"name":"x"},
             "links":[{"type":"consumes","to":"{{roll}}"}],"events":[{"type":"inspect","time":"nonsense"}]}
            """
        );

        Assert.That(again.Status, Is.EqualTo(200), again.ToString());
        Assert.That(
            again.Json.GetProperty("differs").EnumerateArray().Select(d => d.GetString()),
            Is.EqualTo(["links[0]", "events[0]"])
        );
        Assert.That((await Server.GetAsync($"/api/v1/events?item={id}", Role.Reader)).Items, Is.Empty);
    }

    [Test]
    public async Task Batch_EachItemHasItsOwnResult_AndItsEventsWithIt()
    {
        var (a, b, c) = (Server.NewId("a"), Server.NewId("b"), Server.NewId("c"));
        string Item(string id, string more) =>
            $$"""{"template":"part","identifier":"{{id}}","attributes":{"name":"x"}{{more}}}""";
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            Route + ":batch",
            $$"""
            {"items":[{{Item(a, "")}},{{Item(b, $$""" ,"links":[{"type":"contains","to":"{{a}}"}] """)}},
             {{Item(c, """ ,"links":[{"type":"contains","to":"nothing"}] """)}},5]}
            """
        );

        Assert.That(
            answer.Items.Select(i => i.GetProperty("status").GetInt32()),
            Is.EqualTo([201, 201, 422, 422]),
            answer.ToString()
        );
        Assert.That(answer.Items[1].GetProperty("recorded").GetProperty("links")[0].TryGetProperty("event", out _));
        Assert.That(
            answer.Items[2].GetProperty("error").GetProperty("errors")[0].GetProperty("field").GetString(),
            Is.EqualTo("links[0].to")
        );
        Assert.That((await StatusAsync(a)).GetProperty("parent").GetString(), Is.EqualTo(b));
        Assert.That((await Server.GetAsync($"{Route}/{c}", Role.Reader)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task TooManyLinksOfAnItemOrOfACall_AreRefused()
    {
        var link = """{"type":"contains","to":"88.300.1/y"}""";
        string Item(int links) =>
            $$"""
                {"template":"part","attributes":{"name":"x"},"links":[{{string.Join(
                    ',',
                    Enumerable.Repeat(link, links)
                )}}]}
                """;
        var item = await SendAsync(Item(1_001));
        var call = await Server.SendAsync(
            Role.Registrar,
            "POST",
            Route + ":batch",
            $$"""{"items":[{{string.Join(',', Enumerable.Repeat(Item(1_000), 11))}}]}"""
        );

        Assert.That((item.Status, item.Fields.Single()), Is.EqualTo((413, "events")), item.ToString());
        Assert.That((call.Status, call.Fields.Single()), Is.EqualTo((413, "items[10].links")), call.ToString());
    }

    [TestCase(1, 10_001, "items[0].events")]
    [TestCase(3, 4_000, "items[2].events")]
    public async Task TooManyEventsOfACall_AreRefusedBeforeTheyAreRead(int items, int events, string field)
    {
        var item = $$"""{"events":[{{string.Join(',', Enumerable.Repeat("{}", events))}}]}""";

        var call = await Server.SendAsync(
            Role.Registrar,
            "POST",
            Route + ":batch",
            $$"""{"items":[{{string.Join(',', Enumerable.Repeat(item, items))}}]}"""
        );

        Assert.That((call.Status, call.Fields.SingleOrDefault()), Is.EqualTo((413, field)), call.ToString());
    }

    [TestCase(20, 200, null)]
    [TestCase(21, 413, "items[20].events")]
    public async Task TooManyElementsOfTheEventsOfACall_AreRefusedBeforeTheyAreRead(
        int items,
        int status,
        string? field
    )
    {
        var things = string.Join(',', Enumerable.Repeat("{}", 10_000));
        var item = $$"""{"events":{"type":"observe","items":[{{things}}]} }""";

        var call = await Server.SendAsync(
            Role.Registrar,
            "POST",
            Route + ":batch",
            $$"""{"items":[{{string.Join(',', Enumerable.Repeat(item, items))}}]}"""
        );

        Assert.That(call.Status, Is.EqualTo(status));
        if (field is not null)
        {
            Assert.That(call.Fields, Is.EqualTo([field]));
        }
    }

    [Test]
    public async Task TooManyElementsOfTheEventsOfAnItem_AreRefused()
    {
        var things = string.Join(',', Enumerable.Repeat("{}", 10_000));
        var events = Enumerable.Repeat($$"""{"type":"observe","items":[{{things}}]}""", 21);

        var call = await SendAsync($$"""{"template":"part","events":[{{string.Join(',', events)}}]}""");

        Assert.That((call.Status, call.Fields.SingleOrDefault()), Is.EqualTo((413, "events")));
    }

    [Test]
    public async Task SameLinkTwice_AndLaterByLinks_IsOneEvent()
    {
        var (id, roll) = (Server.NewId(), Server.NewId("roll"));
        var link = $$"""{"type":"consumes","to":"{{roll}}"}""";
        var first = await SendAsync(
            $$"""{"template":"part","identifier":"{{id}}","attributes":{"name":"x"},"links":[{{link}},{{link}}]}"""
        );
        var later = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/links",
            $$"""{"from":"{{id}}","type":"consumes","to":"{{roll}}"}"""
        );

        Assert.That((first.Status, later.Status), Is.EqualTo((201, 200)), first.ToString());
        var events = first.Json.GetProperty("recorded").GetProperty("links").EnumerateArray();
        Assert.That(
            events.Select(e => e.GetProperty("event").GetString()),
            Is.All.EqualTo(later.Json.GetProperty("event").GetString())
        );
    }

    [Test]
    public async Task Hold_GivenWithARegistration_IsInForce()
    {
        var id = await RegisterAsync(
            """ ,"events":[{"type":"hold","time":"2026-03-01T08:00:00Z","reason":"to be tested"}] """
        );

        Assert.That((await StatusAsync(id)).GetProperty("holds")[0].GetProperty("own").GetBoolean());
        var audit = await Server.GetAsync("/api/v1/audit?limit=20", Role.Admin);
        Assert.That(audit.Text, Does.Contain("event.hold"));
    }

    private static int NumberOf(string identifier) =>
        int.Parse(identifier.Split("P-")[1][..5], System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> RegisterAsync(string members)
    {
        var answer = await SendAsync($$"""{"template":"part","attributes":{"name":"x"}{{members}}}""");
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return answer.Json.GetProperty("identifier").GetString()!;
    }

    private Task<Answer> SendAsync(string body) => Server.SendAsync(Role.Registrar, "POST", Route, body);

    private async Task SendEventAsync(string body) =>
        Assert.That((await Server.SendAsync(Role.Registrar, "POST", "/api/v1/events", body)).Status, Is.EqualTo(201));

    private async Task<JsonElement> StatusAsync(string id)
    {
        var answer = await Server.GetAsync($"/api/v1/status/{id}", Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return answer.Json;
    }
}
