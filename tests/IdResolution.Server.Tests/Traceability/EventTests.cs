using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Events and links over REST: taken in, recognised, corrected, listed; the status of items.</summary>
[TestFixture]
public sealed class EventTests : NodeFixture
{
    private const string Route = "/api/v1/events";

    [Test]
    public async Task Event_SentTwice_IsOneEvent_WhateverTheSpelling()
    {
        var (lot, piece) = (Server.NewId("lot"), Server.NewId("piece"));
        var first = await SendAsync(Made(lot, piece, "12.5"));
        var again = await SendAsync(Made(lot.ToUpperInvariant(), piece, "12.50"));
        var other = await SendAsync(Made(lot, piece, "13"));

        Assert.That((first.Status, again.Status, other.Status), Is.EqualTo((201, 200, 201)), first.ToString());
        Assert.That(again.Text, Is.EqualTo(first.Text));
        var shown = await Server.GetAsync($"{Route}/{IdOf(first)}", Role.Reader);
        Assert.That(shown.Json.GetProperty("type").GetString(), Is.EqualTo("transform"));
        Assert.That(
            shown.Json.GetProperty("inputs").GetRawText(),
            Is.EqualTo($$"""[{"identifier":"{{lot}}","quantity":12.5,"unit":"MTR"}]""")
        );
    }

    [Test]
    public async Task Event_WithAKey_IsTheSameByItsKey_AndAnotherContentIsAConflict()
    {
        var id = Server.NewId();
        string Body(string key, string step) =>
            $$"""
                {"type":"operate","time":"2026-03-01T08:00:00Z","items":["{{id}}"],"step":"{{step}}","source":"mes",
                 "sourceKey":"{{key}}"}
                """;

        var first = await SendAsync(Body("K" + id, "coating"));
        var again = await SendAsync(Body(" k" + id.ToLowerInvariant() + " ", "coating"));
        var other = await SendAsync(Body("K" + id, "drying"));
        var found = await Server.GetAsync($"{Route}?source=mes&sourceKey=K{id}", Role.Reader);

        Assert.That((first.Status, again.Status), Is.EqualTo((201, 200)), again.ToString());
        Assert.That((other.Status, other.Code, other.Fields[0]), Is.EqualTo((409, "KeyConflict", "sourceKey")));
        Assert.That(other.Text, Does.Contain(IdOf(first)));
        Assert.That(found.Items.Single().GetProperty("event").GetString(), Is.EqualTo(IdOf(first)));
    }

    [TestCase("""{"type":"fly","time":"2026-03-01T08:00:00Z","items":["ID"]}""", "type")]
    [TestCase("""{"type":"observe","items":["ID"]}""", "time")]
    [TestCase("""{"type":"observe","time":"yesterday","items":["ID"]}""", "time")]
    [TestCase("""{"type":"observe","time":"2026-03-01T08:00:00","items":["ID"]}""", "time")]
    [TestCase("""{"type":"observe","time":"2100-03-01T08:00:00Z","items":["ID"]}""", "time")]
    [TestCase("""{"type":"observe","time":"2026-10-25T02:30:00","zone":"Europe/Berlin","items":["ID"]}""", "time")]
    [TestCase("""{"type":"observe","time":"2026-03-29T02:30:00","zone":"Europe/Berlin","items":["ID"]}""", "time")]
    [TestCase("""{"type":"observe","time":"2026-03-01T08:00:00","zone":"Moon","items":["ID"]}""", "zone")]
    [TestCase("""{"type":"observe","time":"2026-03-01T08:00:00Z"}""", "items")]
    [TestCase("""{"type":"observe","time":"2026-03-01T08:00:00Z","items":["no identifier"]}""", "items[0]")]
    [TestCase("""{"type":"observe","time":"2026-03-01T08:00:00Z","items":[{"quantity":1}]}""", "items[0]")]
    [TestCase(
        """{"type":"observe","time":"2026-03-01T08:00:00Z","items":[{"source":"mes","sourceKey":"none"}]}""",
        "items[0]"
    )]
    [TestCase(
        """{"type":"observe","time":"2026-03-01T08:00:00Z","items":[{"identifier":"ID","quantity":-1}]}""",
        "items[0].quantity"
    )]
    [TestCase("""{"type":"assemble","time":"2026-03-01T08:00:00Z","children":["ID"]}""", "parent")]
    [TestCase("""{"type":"assemble","time":"2026-03-01T08:00:00Z","parent":"ID"}""", "children")]
    [TestCase("""{"type":"cover","time":"2026-03-01T08:00:00Z","items":["ID"]}""", "documents")]
    [TestCase("""{"type":"hold","time":"2026-03-01T08:00:00Z","items":["ID"],"scope":"all"}""", "scope")]
    [TestCase("""{"type":"observe","time":"2026-03-01T08:00:00Z","items":["ID"],"source":"mes"}""", "sourceKey")]
    [TestCase("""{"type":"correct","time":"2026-03-01T08:00:00Z"}""", "corrects")]
    [TestCase("""{"type":"correct","time":"2026-03-01T08:00:00Z","corrects":"5"}""", "corrects")]
    [TestCase(
        """{"type":"release","time":"2026-03-01T08:00:00Z","holds":["00000000-0044-86c3-9be9-e0e45adf45ec"]}""",
        "holds[0]"
    )]
    [TestCase("""{"type":"hold","time":"2026-03-01T08:00:00Z","inputs":["ID"]}""", "items inputs")]
    [TestCase(
        """{"type":"hold","time":"2026-03-01T08:00:00Z","outputs":["ID"],"scope":"made-from"}""",
        "items outputs"
    )]
    [TestCase("""{"type":"release","time":"2026-03-01T08:00:00Z","items":["ID"],"inputs":["ID"]}""", "inputs")]
    [TestCase("""{"type":"destroy","time":"2026-03-01T08:00:00Z","inputs":["ID"]}""", "items inputs")]
    [TestCase("""{"type":"ship","time":"2026-03-01T08:00:00Z","inputs":["ID"]}""", "items inputs")]
    [TestCase("""{"type":"receive","time":"2026-03-01T08:00:00Z","items":["ID"],"outputs":["ID"]}""", "outputs")]
    [TestCase(
        """{"type":"move","time":"2026-03-01T08:00:00Z","items":["ID"],"parent":"ID","children":["ID"]}""",
        "parent children"
    )]
    [TestCase("""{"type":"commission","time":"2026-03-01T08:00:00Z","items":["ID"],"children":["ID"]}""", "children")]
    [TestCase("""{"type":"transform","time":"2026-03-01T08:00:00Z","inputs":["ID"],"items":["ID"]}""", "items")]
    [TestCase("""{"type":"disassemble","time":"2026-03-01T08:00:00Z","parent":"ID","items":["ID"]}""", "items")]
    [TestCase(
        """{"type":"cover","time":"2026-03-01T08:00:00Z","items":["ID"],"documents":["o"],"inputs":["ID"]}""",
        "inputs"
    )]
    public async Task Fault_NamesItsField_AndNothingIsWritten(string body, string field)
    {
        var id = Server.NewId();
        var answer = await SendAsync(body.Replace("ID", id, StringComparison.Ordinal));

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)), answer.ToString());
        Assert.That((await Server.GetAsync($"/api/v1/status/{id}", Role.Reader)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Faults_AreNamedAllAtOnce()
    {
        var answer = await SendAsync(
            """{"type":"replace","time":"x","parent":"p","inputs":[{"identifier":"88.300.1/x","quantity":"y"}]}"""
        );

        Assert.That(answer.Fields, Is.EquivalentTo(["time", "parent", "inputs[0].quantity", "outputs"]));
    }

    [Test]
    public async Task Faults_OfShapeAndOfWhatIsAbsent_AreNamedTogether()
    {
        var answer = await SendAsync("""{"colour":"red","items":["88.300.1/x"]}""");

        Assert.That(answer.Fields, Is.EquivalentTo(["colour", "type", "time"]));
    }

    [Test]
    public async Task Faults_OfSeveralHolds_AreNamedAllAtOnce()
    {
        var id = await Server.ObserveAsync(Server.NewId());
        var answer = await SendAsync(
            $$"""{"type":"release","time":"2026-03-01T08:00:00Z","holds":["{{id}}","{{id}}"]}"""
        );

        Assert.That(answer.Fields, Is.EquivalentTo(["holds[0]", "holds[1]"]));
    }

    [Test]
    public async Task LocalTime_OfAZone_IsThatMoment()
    {
        var id = Server.NewId();
        await SendAsync(
            $$"""{"type":"move","time":"2026-07-01T08:00:00","zone":"Europe/Berlin","items":["{{id}}"],"place":"x"}"""
        );

        var shown = (await Server.GetAsync($"{Route}?item={id}", Role.Reader)).Items.Single();
        Assert.That(shown.GetProperty("time").GetString(), Is.EqualTo("2026-07-01T06:00:00.000000Z"));
        Assert.That(shown.GetProperty("zone").GetString(), Is.EqualTo("Europe/Berlin"));
    }

    [Test]
    public async Task Batch_HalfOfItWrong_TakesTheRest()
    {
        var id = Server.NewId();
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            Route + ":batch",
            $$"""
            {"items":[
              {"type":"move","time":"2026-03-01T08:00:00Z","items":["{{id}}"],"place":"A"},
              {"type":"move","time":"2026-03-01T08:00:00Z"},
              5,
              {"type":"move","time":"2026-03-01T09:00:00Z","items":["{{id}}"],"place":"B"}
            ]}
            """
        );

        Assert.That(
            answer.Items.Select(i => i.GetProperty("status").GetInt32()),
            Is.EqualTo([201, 422, 422, 201]),
            answer.ToString()
        );
        Assert.That((await StatusAsync(id)).GetProperty("place").GetString(), Is.EqualTo("B"));
    }

    [Test]
    public async Task Batch_ThatIsTooLong_IsRefused()
    {
        var items = string.Join(',', Enumerable.Repeat("{}", 2_001));
        var answer = await Server.SendAsync(Role.Registrar, "POST", Route + ":batch", $$"""{"items":[{{items}}]}""");

        Assert.That(answer.Status, Is.EqualTo(413));
    }

    [Test]
    public async Task Event_OfTooManyElements_IsRefused()
    {
        var items = string.Join(',', Enumerable.Range(0, 10_001).Select(i => $"\"88.300.1/{i}\""));
        var answer = await SendAsync($$"""{"type":"observe","time":"2026-03-01T08:00:00Z","items":[{{items}}]}""");

        Assert.That(answer.Status, Is.EqualTo(413), answer.ToString());
        Assert.That(answer.Text, Does.Contain("10,000").And.Contain("1,048,576"));
    }

    [Test]
    public async Task Extensions_ComeOutAsTheyWentIn()
    {
        var id = Server.NewId();
        var sent = await SendAsync(
            $$"""
            {"type":"observe","time":"2026-03-01T08:00:00Z","items":["{{id}}"],
             "acme:weather":{"sky":"blå ☁","t":[1.50,null]},
             "measurements":[{"characteristic":"thickness","value":"25.10","unit":"MIC","low":20,"result":"pass"}],
             "defects":["D1"]}
            """
        );

        var shown = (await Server.GetAsync($"{Route}/{IdOf(sent)}", Role.Reader)).Json;
        Assert.That(shown.GetProperty("acme:weather").GetRawText(), Is.EqualTo("""{"sky":"blå ☁","t":[1.50,null]}"""));
        Assert.That(shown.GetProperty("measurements")[0].GetProperty("value").GetRawText(), Is.EqualTo("25.1"));
        Assert.That(shown.GetProperty("defects").GetRawText(), Is.EqualTo("""[{"code":"D1"}]"""));
    }

    [Test]
    public async Task Correction_VoidsTheEvent_OrSaysWhatIsRight_AndIsItsSendersOwn()
    {
        var (lot, piece, right) = (Server.NewId("lot"), Server.NewId("piece"), Server.NewId("right"));
        var wrong = await SendAsync(Made(lot, piece, "1"));
        var correction = $$"""
            {"type":"correct","time":"2026-03-02T08:00:00Z","corrects":"{{IdOf(wrong)}}","as":"transform",
             "inputs":["{{lot}}"],"outputs":["{{right}}"]}
            """;
        var stranger = await Server.KeyAsync(Role.Registrar);

        var denied = await Server.SendAsync(stranger, "POST", Route, correction);
        var corrected = await SendAsync(correction);
        var twice = await SendAsync(correction.Replace("02T08", "03T08", StringComparison.Ordinal));

        Assert.That((denied.Status, denied.Fields[0]), Is.EqualTo((403, "corrects")), denied.ToString());
        Assert.That((corrected.Status, twice.Status, twice.Code), Is.EqualTo((201, 409, "AlreadyExists")));
        var shown = (await Server.GetAsync($"{Route}/{IdOf(wrong)}", Role.Reader)).Json;
        Assert.That(shown.GetProperty("status").GetString(), Is.EqualTo("voided"));
        var story = (await Server.GetAsync($"{Route}?item={lot}", Role.Reader)).Items;
        Assert.That(story.Select(e => e.GetProperty("type").GetString()), Is.EqualTo(["transform", "correct"]));
    }

    [Test]
    public async Task Part_ThatWouldContainItself_IsRefusedWithThePath()
    {
        var (a, b, c) = (Server.NewId("a"), Server.NewId("b"), Server.NewId("c"));
        await LinkAsync(a, "contains", b);
        await LinkAsync(b, "contains", c);

        var closed = await LinkAsync(c, "contains", a);

        Assert.That((closed.Status, closed.Fields[0]), Is.EqualTo((422, "to")));
        Assert.That(closed.Text, Does.Contain(a.ToUpperInvariant()).And.Contain(b.ToUpperInvariant()));
    }

    [TestCase("consumes", "transform")]
    [TestCase("contains", "assemble")]
    [TestCase("covers", "cover")]
    [TestCase("ships", "ship")]
    [TestCase("produced-by", "operate")]
    public async Task Link_IsTheEventThatItMeans_AndOnceIfSentTwice(string type, string means)
    {
        var (from, to) = (Server.NewId("from"), Server.NewId("to"));
        var first = await LinkAsync(from, type, to);
        var again = await LinkAsync(from, type, to);

        Assert.That((first.Status, again.Status), Is.EqualTo((201, 200)), first.ToString());
        Assert.That(again.Text, Is.EqualTo(first.Text));
        var story = (await Server.GetAsync($"{Route}?item={to}", Role.Reader)).Items.Single();
        Assert.That(story.GetProperty("type").GetString(), Is.EqualTo(means));
    }

    [Test]
    public async Task Link_Replaces_HappensWhereTheOldPartWas()
    {
        var (car, old, young) = (Server.NewId("car"), Server.NewId("old"), Server.NewId("new"));
        await LinkAsync(car, "contains", old);

        var replaced = await LinkAsync(young, "replaces", old);
        var nowhere = await LinkAsync(Server.NewId(), "replaces", Server.NewId());

        Assert.That((replaced.Status, nowhere.Status, nowhere.Fields[0]), Is.EqualTo((201, 422, "to")));
        Assert.That((await StatusAsync(young)).GetProperty("parent").GetString(), Is.EqualTo(car));
        Assert.That((await StatusAsync(old)).TryGetProperty("parent", out _), Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Link_ThatReplacesAPart_SentAgain_IsTheSame(bool hasKey)
    {
        var (car, old, young) = (Server.NewId(), Server.NewId(), Server.NewId());
        var key = hasKey ? $$""" ,"source":"mes","sourceKey":"{{young}}" """ : "";
        await SendLinkAsync($$"""{"from":"{{car}}","type":"contains","to":"{{old}}","position":"3"}""");
        var link = $$"""{"from":"{{young}}","type":"replaces","to":"{{old}}"{{key}}}""";

        var first = await SendLinkAsync(link);
        var again = await SendLinkAsync(link);
        await SendLinkAsync($$"""{"from":"{{Server.NewId()}}","type":"contains","to":"{{old}}"}""");
        var later = await SendLinkAsync(link);

        Assert.That((first.Status, again.Status, later.Status), Is.EqualTo((201, 200, 200)), again.ToString());
        Assert.That((IdOf(again), IdOf(later)), Is.EqualTo((IdOf(first), IdOf(first))));
        Assert.That((await StatusAsync(young)).GetProperty("position").GetString(), Is.EqualTo("3"));
    }

    [Test]
    public async Task Link_WithoutTime_SentAgainAfterItsCorrection_IsRecordedAgainOnce()
    {
        var (car, part) = (Server.NewId(), Server.NewId());
        var link = $$"""{"from":"{{car}}","type":"contains","to":"{{part}}"}""";
        var first = await SendLinkAsync(link);
        await CorrectAsync(IdOf(first));

        var second = await SendLinkAsync(link);
        var again = await SendLinkAsync(link);
        await CorrectAsync(IdOf(second));
        var third = await SendLinkAsync(link);

        Assert.That(
            (first.Status, second.Status, again.Status, third.Status),
            Is.EqualTo((201, 201, 200, 201)),
            second.ToString()
        );
        Assert.That(IdOf(again), Is.EqualTo(IdOf(second)));
        Assert.That(new[] { IdOf(first), IdOf(second), IdOf(third) }, Is.Unique);
        Assert.That((await StatusAsync(part)).GetProperty("parent").GetString(), Is.EqualTo(car));
    }

    [TestCase(""" "time":"2026-03-01T08:00:00Z" """)]
    [TestCase(""" "source":"mes","sourceKey":"ID" """)]
    public async Task Link_WithTimeOrKey_SentAgainAfterItsCorrection_IsTheOneThatWasCorrected(string member)
    {
        var part = Server.NewId();
        member = member.Replace("ID", part, StringComparison.Ordinal);
        var link = $$"""{"from":"{{Server.NewId()}}","type":"contains","to":"{{part}}",{{member}}}""";
        var first = await SendLinkAsync(link);
        await CorrectAsync(IdOf(first));

        var again = await SendLinkAsync(link);

        Assert.That((again.Status, IdOf(again)), Is.EqualTo((200, IdOf(first))));
    }

    [Test]
    public async Task Links_ThatReplaceWhatTheSameBatchPutIn_AreTaken()
    {
        var (car, old, young) = (Server.NewId(), Server.NewId(), Server.NewId());
        var body = $$"""
            {"items":[{"from":"{{car}}","type":"contains","to":"{{old}}"},{"from":"{{young}}","type":"replaces","to":"{{old}}"},
             {"from":"x"},{"from":"{{Server.NewId()}}","type":"replaces","to":"{{young}}"}]}
            """;

        var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/links:batch", body);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        var items = answer.Json.GetProperty("items").EnumerateArray();
        Assert.That(items.Select(i => i.GetProperty("status").GetInt32()), Is.EqualTo([201, 201, 422, 201]));
    }

    [TestCase("""{"from":"A","type":"contains","to":"A"}""", "to")]
    [TestCase("""{"from":"A","type":"contains","to":"B","quantity":-1}""", "quantity")]
    [TestCase("""{"from":"A","type":"consumes","to":"B","quantity":1,"unit":""}""", "unit")]
    public async Task Link_FaultOfItsEvent_NamesTheFieldOfTheLink(string body, string field)
    {
        var (a, b) = (Server.NewId(), Server.NewId());
        body = body.Replace("\"A\"", $"\"{a}\"", StringComparison.Ordinal);

        var answer = await SendLinkAsync(body.Replace("\"B\"", $"\"{b}\"", StringComparison.Ordinal));

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)), answer.ToString());
    }

    [Test]
    public async Task Event_SameWithItsStepAndDocumentsInAnotherSpelling_IsTheSame()
    {
        var id = Server.NewId();
        string Body(string step, string order, string type) =>
            $$"""
                {"type":"operate","time":"2026-03-01T08:00:00Z","items":["{{id}}"],"step":"{{step}}",
                 "documents":[{"identifier":"{{order}}","type":"{{type}}"}]}
                """;

        var first = await SendAsync(Body($"{id}-step", $"{id}-po", "wo"));
        var again = await SendAsync(Body($"{id}-STEP", $"{id}-PO", "wo"));
        var other = await SendAsync(Body($"{id}-STEP", $"{id}-PO", "po"));
        var (text, differs) = (
            await SendAsync(Body("weld", $"{id}-po", "wo")),
            await SendAsync(Body("Weld", $"{id}-po", "wo"))
        );

        Assert.That((first.Status, again.Status, other.Status), Is.EqualTo((201, 200, 201)));
        Assert.That((text.Status, differs.Status), Is.EqualTo((201, 201)));
    }

    [TestCase("""{"type":"contains","to":"88.300.1/x"}""", "from")]
    [TestCase("""{"from":"88.300.1/x","type":"eats","to":"88.300.1/y"}""", "type")]
    [TestCase(
        """{"from":"x","type":"contains","to":"88.300.1/y","quantity":-1,"unit":"","time":"yesterday"}""",
        "from quantity unit time"
    )]
    [TestCase(
        """{"from":"88.300.1/x","type":"eats","to":"88.300.1/y","time":"2999-01-01T00:00:00Z","source":"mes"}""",
        "type time sourceKey"
    )]
    [TestCase("""{"from":"88.300.1/x","type":"eats","to":"88.300.1/y","zone":"Nowhere"}""", "type zone")]
    [TestCase("""{"from":"88.300.1/x","type":"contains","to":"word"}""", "to")]
    [TestCase("""{"from":"88.300.1/x","type":"contains","to":"88.300.1/y","colour":1}""", "colour")]
    public async Task Link_Fault_NamesItsField(string body, string field)
    {
        var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/links", body);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)), answer.ToString());
    }

    [Test]
    public async Task Status_TellsTheLatestEvent_InWhateverRoleTheItemWas()
    {
        var (lot, machine) = (Server.NewId(), Server.NewId());
        await SendAsync($$"""{"type":"move","time":"2026-03-01T08:00:00Z","items":["{{lot}}"],"place":"Store 1"}""");
        await SendAsync(
            $$"""
            {"type":"transform","time":"2026-03-02T08:00:00Z","inputs":["{{lot}}"],"outputs":["{{Server.NewId()}}"],
             "equipment":["{{machine}}"]}
            """
        );

        foreach (var item in new[] { lot, machine })
        {
            var status = await Server.GetAsync($"/api/v1/status/{item}", Role.Reader);
            Assert.That(
                status.Json.GetProperty("lastEvent").GetString(),
                Is.EqualTo("2026-03-02T08:00:00.000000Z"),
                status.ToString()
            );
        }
    }

    [Test]
    public async Task Status_ComesFromTheLatestEvents_WhateverTheOrderOfTheirComing()
    {
        var (id, car) = (Server.NewId(), Server.NewId("car"));
        await SendAsync($$"""{"type":"move","time":"2026-03-03T08:00:00Z","items":["{{id}}"],"place":"Store 3"}""");
        await SendAsync($$"""{"type":"move","time":"2026-03-01T08:00:00Z","items":["{{id}}"],"place":"Store 1"}""");
        await SendAsync(
            $$"""
            {"type":"assemble","time":"2026-03-02T08:00:00Z","parent":"{{car}}",
             "children":[{"identifier":"{{id}}","position":"7"}],"disposition":"in_progress"}
            """
        );

        var status = await StatusAsync(id);

        Assert.That(status.GetProperty("place").GetString(), Is.EqualTo("Store 3"));
        Assert.That(status.GetProperty("parent").GetString(), Is.EqualTo(car));
        Assert.That(status.GetProperty("position").GetString(), Is.EqualTo("7"));
        Assert.That(status.GetProperty("disposition").GetString(), Is.EqualTo("in_progress"));
        Assert.That(status.GetProperty("registered").GetBoolean(), Is.False);
    }

    [Test]
    public async Task Status_OfALot_SaysWhatIsLeft()
    {
        var (roll, lot) = (Server.NewId("roll"), Server.NewId("lot"));
        await SendAsync(
            $$"""
            {"type":"transform","time":"2026-03-01T08:00:00Z","inputs":["{{lot}}"],
             "outputs":[{"identifier":"{{roll}}","quantity":100,"unit":"MTR"}]}
            """
        );
        await SendAsync(Made(roll, Server.NewId(), "33.3"));
        await SendAsync(Made(roll, Server.NewId(), "33.3"));

        var balance = (await StatusAsync(roll)).GetProperty("balance")[0];

        Assert.That(balance.GetProperty("made").GetDecimal(), Is.EqualTo(100m));
        Assert.That(balance.GetProperty("used").GetDecimal(), Is.EqualTo(66.6m));
        Assert.That(balance.GetProperty("left").GetRawText(), Is.EqualTo("33.4"));
    }

    [Test]
    public async Task Status_OfALotWhoseRecordSaysHowMuchItWas_SaysWhatIsLeft()
    {
        const string Template = """
            {"code":"rolled","attributes":[{"code":"length","type":"decimal","unit":"m"}],"trace":{"quantity":"length"} }
            """;
        await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates", Template);
        await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates/rolled/publish");
        var roll = Server.NewId();
        var made = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"rolled","identifier":"{{roll}}","attributes":{"length":10} }"""
        );
        await SendAsync(Made(roll, Server.NewId(), "16"));

        var balance = (await StatusAsync(roll)).GetProperty("balance")[0];
        var trace = await Server.GetAsync($"/api/v1/trace/{roll}?direction=forward", Role.Reader);

        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        Assert.That(balance.GetProperty("unit").GetString(), Is.EqualTo("MTR"));
        Assert.That(balance.GetProperty("made").GetDecimal(), Is.EqualTo(10));
        Assert.That(balance.GetProperty("left").GetDecimal(), Is.EqualTo(-6));
        Assert.That(trace.Text, Does.Contain("over-consumption").And.Contain("10 MTR"));
    }

    [Test]
    public async Task List_IsPagedAndFiltered()
    {
        var id = Server.NewId();
        for (var hour = 0; hour < 5; hour++)
        {
            await SendAsync(
                $$"""
                {"type":"{{(hour % 2 == 0 ? "move" : "inspect")}}","time":"2026-03-01T0{{hour}}:00:00Z",
                 "items":["{{id}}"],"place":"P{{id}}","equipment":"scale {{id}}"}
                """
            );
        }

        var pages = new List<string>();
        var after = "";
        while (after is not null)
        {
            var page = await Server.GetAsync($"{Route}?item={id}&limit=2{after}", Role.Reader);
            pages.AddRange(page.Items.Select(e => e.GetProperty("time").GetString()![11..13]));
            after = page.Json.TryGetProperty("next", out var next) ? $"&after={next.GetString()}" : null;
        }

        Assert.That(pages, Is.EqualTo(["00", "01", "02", "03", "04"]));
        Assert.That(await CountAsync($"?item={id}&type=inspect"), Is.EqualTo(2));
        Assert.That(await CountAsync($"?place=p{id}"), Is.EqualTo(5));
        Assert.That(await CountAsync($"?equipment=SCALE%20{id}&type=move"), Is.EqualTo(3));
        Assert.That(await CountAsync($"?item={id}&from=2026-03-01T01:00:00Z&to=2026-03-01T03:00:00Z"), Is.EqualTo(2));
        var nothing = await Server.GetAsync($"{Route}?item={id}&place=nowhere", Role.Reader);
        Assert.That((nothing.Status, nothing.Fields[0]), Is.EqualTo((404, "place")));
        var latest = await Server.GetAsync($"{Route}?item={id}&order=desc&limit=1", Role.Reader);
        Assert.That(latest.Items[0].GetProperty("time").GetString(), Does.Contain("T04:"));
    }

    [TestCase("?from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z", 422, "from")]
    [TestCase("?after=1.2.3", 422, "after")]
    [TestCase("?after=5.99999999.0.0", 409, "after")]
    public async Task List_ThatCannotBe_NamesTheField(string query, int status, string field)
    {
        var answer = await Server.GetAsync(Route + query, Role.Reader);

        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((status, field)), answer.ToString());
    }

    [TestCase(Role.Anonymous, 401)]
    [TestCase(Role.Partner, 403)]
    public async Task Events_AreForReadersAndUp(Role role, int status)
    {
        var id = Server.NewId();
        var sent = await Server.ObserveAsync(id);

        foreach (var path in new[] { Route, $"{Route}/{sent}", $"/api/v1/status/{id}" })
        {
            Assert.That((await Server.GetAsync(path, role)).Status, Is.EqualTo(status), path);
        }
    }

    [Test]
    public async Task Id_OfAnotherEvent_CannotBeGuessed()
    {
        var sent = await Server.ObserveAsync(Server.NewId());
        var next = sent[..12] + (char)(sent[12] ^ 1) + sent[13..];

        Assert.That((await Server.GetAsync($"{Route}/{next}", Role.Reader)).Status, Is.EqualTo(404));
        Assert.That((await Server.GetAsync($"{Route}/urn:uuid:{sent}", Role.Reader)).Status, Is.EqualTo(200));
        Assert.That((await Server.GetAsync($"{Route}/nonsense", Role.Reader)).Status, Is.EqualTo(404));
    }

    private static string Made(string lot, string piece, string quantity) =>
        $$"""
            {"type":"transform","time":"2026-03-01T08:00:00+08:00",
             "inputs":[{"identifier":"{{lot}}","quantity":{{quantity}},"unit":"MTR"}],"outputs":["{{piece}}"]}
            """;

    private async Task CorrectAsync(string? id)
    {
        var body = $$"""{"type":"correct","time":"2026-03-01T09:00:00Z","corrects":"{{id}}"}""";
        var answer = await Server.SendAsync(Role.Registrar, "POST", Route, body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }

    private Task<Answer> SendLinkAsync(string body) => Server.SendAsync(Role.Registrar, "POST", "/api/v1/links", body);

    private static string IdOf(Answer answer) => answer.Json.GetProperty("event").GetString()!;

    private Task<Answer> SendAsync(string body) => Server.SendAsync(Role.Registrar, "POST", Route, body);

    private Task<Answer> LinkAsync(string from, string type, string to) =>
        Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/links",
            JsonSerializer.Serialize(
                new
                {
                    from,
                    type,
                    to,
                }
            )
        );

    private async Task<JsonElement> StatusAsync(string id)
    {
        var answer = await Server.GetAsync($"/api/v1/status/{id}", Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return answer.Json;
    }

    private async Task<int> CountAsync(string query) =>
        (await Server.GetAsync(Route + query, Role.Reader)).Items.Length;
}
