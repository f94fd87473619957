using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>What templates say of the links of their items: refused, or taken and reported.</summary>
[TestFixture]
public sealed class TemplateLinkTests : NodeFixture
{
    [OneTimeSetUp]
    public async Task PublishAsync()
    {
        await PublishAsync("cell", """{"code":"cell","attributes":[{"code":"name","type":"text"}]}""");
        await PublishAsync(
            "loose",
            """
            {"code":"loose","attributes":[{"code":"name","type":"text"}],
             "trace":{"links":[{"type":"contains","templates":["cell"],"most":2,"refuse":false}]} }
            """
        );
        await PublishAsync(
            "pair",
            """
            {"code":"pair","attributes":[{"code":"name","type":"text"}],"trace":{"refuseHeld":true,
             "links":[{"type":"contains","templates":["cell"],"least":2,"most":2},{"type":"consumes"}]} }
            """
        );
    }

    [Test]
    public async Task RuleThatDoesNotRefuse_IsReported_InTheAnswerAndInTheTrace()
    {
        var (stack, part) = (await MadeAsync("loose"), await Server.RegisterAsync());
        var cells = new[] { await MadeAsync("cell"), await MadeAsync("cell"), await MadeAsync("cell") };

        var sent = await EventAsync(Assembled(stack, [.. cells, part]));
        var again = await EventAsync(Assembled(stack, [.. cells, part]));
        var chinese = await Server.SendAsync(
            Server.KeyOf(Role.Registrar),
            "POST",
            "/api/v1/links",
            $$"""{"from":"{{stack}}","type":"contains","to":"{{part}}"}""",
            headers: ("Accept-Language", "zh-CN")
        );
        var trace = await Server.GetAsync($"/api/v1/trace/{stack}", Role.Reader);

        Assert.That((sent.Status, again.Status, chinese.Status), Is.EqualTo((201, 200, 201)), sent.ToString());
        Assert.That(CodesOf(sent.Json), Is.EqualTo(["wrong-template", "too-many"]));
        Assert.That(CodesOf(again.Json), Is.EqualTo(["wrong-template", "too-many"]));
        Assert.That(sent.Text, Does.Contain(part).And.Contain("at most 2"));
        Assert.That(chinese.Text, Does.Contain("不接受"));
        Assert.That(CodesOf(trace.Json), Is.SupersetOf(new[] { "wrong-template", "too-many" }), trace.ToString());
    }

    [Test]
    public async Task RuleThatDoesNotRefuse_IsReportedWithARegistrationAndInABatch()
    {
        var part = await Server.RegisterAsync();
        var made = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""
            {"template":"loose","identifier":"{{Server.NewId()}}","attributes":{},
             "links":[{"type":"contains","to":"{{part}}"}]}
            """
        );
        var batch = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events:batch",
            $$"""{"items":[{{Assembled(await MadeAsync("loose"), part)}}]}"""
        );

        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        Assert.That(CodesOf(made.Json.GetProperty("recorded").GetProperty("links")[0]), Is.EqualTo(["wrong-template"]));
        Assert.That(CodesOf(batch.Items[0]), Is.EqualTo(["wrong-template"]));
    }

    [TestCase("loose")]
    [TestCase("stack", Description = "of the pack that the node ships with")]
    public async Task RuleThatDoesNotRefuse_IsNoReasonAgainstAScan(string template)
    {
        var (assembly, part) = (await MadeAsync(template), await Server.RegisterAsync());

        Assert.That(await ReasonsAsync(part, $$"""{"do":"install","into":"{{assembly}}"}"""), Is.Empty);
    }

    [Test]
    public async Task RuleThatRefuses_RefusesTheRegistrationToo_ByTheTemplateItWillHave()
    {
        var (id, part) = (Server.NewId(), await Server.RegisterAsync());
        var refused = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""
            {"template":"pair","identifier":"{{id}}","attributes":{},
             "links":[{"type":"contains","to":"{{part}}"}],
             "events":[{{Assembled(null, await MadeAsync("cell"), await MadeAsync("cell"), await MadeAsync("cell"))}}]}
            """
        );

        Assert.That(refused.Status, Is.EqualTo(422), refused.ToString());
        Assert.That(refused.Fields, Is.EqualTo(["links[0].to", "events[0].children"]));
        Assert.That((await Server.GetAsync($"/api/v1/identifiers/{id}", Role.Reader)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Least_IsNotRefused_AndReportedByScanAndTrace()
    {
        var (pair, one, two) = (await MadeAsync("pair"), await MadeAsync("cell"), await MadeAsync("cell"));
        Assert.That(await ReasonsAsync(pair, """{"do":"ship"}"""), Is.EqualTo(["Incomplete"]));

        var first = await EventAsync(Assembled(pair, one));
        Assert.That(first.Status, Is.EqualTo(201), first.ToString());
        var scan = await ScanAsync(pair, """{"do":"ship"}""");
        Assert.That(scan.Text, Does.Contain("1 of 2 cell (contains)"));
        Assert.That(await ReasonsAsync(pair, """{"do":"move","place":"x"}"""), Is.Empty);
        var trace = await Server.GetAsync($"/api/v1/trace/{pair}", Role.Reader);
        Assert.That(CodesOf(trace.Json), Is.EqualTo(["incomplete"]), trace.ToString());
        var status = await Server.GetAsync($"/api/v1/status/{pair}", Role.Reader);
        Assert.That(
            status.Json.GetProperty("lacks").GetRawText(),
            Is.EqualTo("""[{"type":"contains","templates":["cell"],"least":2,"count":1}]""")
        );
        var page = await Server.GetAsync($"/{pair}", Role.Reader, ("Accept", "text/html"));
        Assert.That(page.Text, Does.Contain("It has 1 of 2 cell (contains)."));

        await EventAsync(Assembled(pair, two));
        Assert.That(await ReasonsAsync(pair, """{"do":"ship"}"""), Is.Empty);
        status = await Server.GetAsync($"/api/v1/status/{pair}", Role.Reader);
        Assert.That(status.Json.GetProperty("lacks").GetArrayLength(), Is.Zero);
        Assert.That(CodesOf((await Server.GetAsync($"/api/v1/trace/{pair}", Role.Reader)).Json), Is.Empty);

        await EventAsync(
            $$"""{"type":"disassemble","time":"2026-03-02T08:00:00Z","parent":"{{pair}}","children":["{{two}}"]}"""
        );
        Assert.That(await ReasonsAsync(pair, """{"do":"ship"}"""), Is.EqualTo(["Incomplete"]));
        var then = await Server.GetAsync($"/api/v1/trace/{pair}?at=2026-03-01T12:00:00Z", Role.Reader);
        Assert.That(CodesOf(then.Json), Is.Empty, then.ToString());
    }

    [Test]
    public async Task HeldParts_OfAnEventThatWasTaken_AreTheSameAgain()
    {
        var (pair, one, two) = (await MadeAsync("pair"), await MadeAsync("cell"), await MadeAsync("cell"));
        var taken = await EventAsync(Assembled(pair, one, two));
        await EventAsync(
            $$"""{"type":"hold","time":"2026-03-03T07:30:00Z","items":["{{one}}"],"scope":"item","reason":"thin"}"""
        );

        var again = await EventAsync(Assembled(pair, one, two));

        Assert.That((taken.Status, again.Status), Is.EqualTo((201, 200)), again.ToString());
        Assert.That(
            again.Json.GetProperty("event").GetString(),
            Is.EqualTo(taken.Json.GetProperty("event").GetString())
        );
    }

    [Test]
    public async Task HeldParts_AreRefusedWhereTheTemplateSaysSo()
    {
        var (pair, free, roll) = (await MadeAsync("pair"), await MadeAsync("cell"), Server.NewId("roll"));
        var held = await MadeAsync("cell");
        await EventAsync(
            $$"""{"type":"transform","time":"2026-03-01T07:00:00Z","inputs":["{{roll}}"],"outputs":["{{held}}"]}"""
        );
        await EventAsync(
            $$"""
            {"type":"hold","time":"2026-03-01T07:30:00Z","items":["{{roll}}"],"scope":"made-from","reason":"thin"}
            """
        );

        var refused = await EventAsync(Assembled(pair, free, held));
        var registered = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""
            {"template":"pair","identifier":"{{Server.NewId()}}","attributes":{},
             "links":[{"type":"consumes","to":"{{roll}}"}]}
            """
        );
        var loose = await EventAsync(Assembled(await MadeAsync("loose"), held));

        Assert.That(
            (refused.Status, refused.Code, refused.Fields.Single()),
            Is.EqualTo((409, "Held", "children[1]")),
            refused.ToString()
        );
        Assert.That(refused.Text, Does.Contain("thin"));
        Assert.That(
            (registered.Status, registered.Code, registered.Fields.Single()),
            Is.EqualTo((409, "Held", "links[0].to")),
            registered.ToString()
        );
        Assert.That(loose.Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Least_MustBeOneOrMore()
    {
        var saved = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            """{"code":"none","attributes":[],"trace":{"links":[{"type":"contains","least":0}]} }"""
        );

        Assert.That((saved.Status, saved.Fields.Single()), Is.EqualTo((422, "trace.links[0].least")));
    }

    [Test]
    public async Task HeldParts_HeldBetweenCheckAndWrite_AreRefused()
    {
        var (pair, id) = (await MadeAsync("pair"), Server.NewId());
        var (first, second) = (await MadeAsync("cell"), await MadeAsync("cell"));
        var events = BeforeWrite.Of(Server.Services.GetRequiredService<IEventStore>(), () => HoldAsync(first));
        var records = BeforeWrite.Of(Server.Services.GetRequiredService<IRecordStore>(), () => HoldAsync(second));
        var registrar = ActivatorUtilities.CreateInstance<Registrar>(Server.Services, records);

        var refused = await ActivatorUtilities
            .CreateInstance<EventRecorder>(Server.Services, events)
            .RecordAsync(
                new EventRequest
                {
                    Type = "assemble",
                    Time = "2026-03-01T08:00:00Z",
                    Parent = new ThingRequest { Identifier = pair },
                    Children = [new ThingRequest { Identifier = first }],
                },
                Caller.CommandLine,
                CancellationToken.None
            );
        var link = new LinkRequest
        {
            Type = "contains",
            To = new ThingRequest { Identifier = second },
        };
        var unmade = await ActivatorUtilities
            .CreateInstance<ItemRegistrar>(Server.Services, registrar)
            .RegisterAsync(
                [
                    new ItemRegistration(new RegistrationRequest { Template = "pair", Identifier = id })
                    {
                        Links = [link],
                    },
                ],
                Caller.CommandLine,
                CancellationToken.None
            );

        Assert.That((refused.Error?.Code, refused.Error?.Field), Is.EqualTo((ErrorCode.Held, "children[0]")));
        Assert.That((unmade[0].Error?.Code, unmade[0].Error?.Field), Is.EqualTo((ErrorCode.Held, "links[0].to")));
        Assert.That((await Server.GetAsync($"/api/v1/identifiers/{id}", Role.Reader)).Status, Is.EqualTo(404));

        async Task HoldAsync(string item) =>
            Assert.That(
                (await EventAsync($$"""{"type":"hold","time":"2026-03-02T08:00:00Z","items":["{{item}}"]}""")).Status,
                Is.EqualTo(201)
            );
    }

    [Test]
    public async Task RulesOfMachinesAndReplacedParts_AreHeld()
    {
        await PublishAsync(
            "pressed",
            """
            {"code":"pressed","attributes":[{"code":"name","type":"text"}],
             "trace":{"links":[{"type":"produced-by","templates":["loose"]},{"type":"replaces","templates":["pressed"]},
              {"type":"contains"},{"type":"consumes"}]} }
            """
        );
        var (part, press, cell) = (await MadeAsync("pressed"), await MadeAsync("loose"), await MadeAsync("cell"));
        string Operated(string machine) =>
            $$"""
                {"type":"operate","time":"2026-03-01T08:00:00Z","items":["{{part}}"],"equipment":["{{machine}}"],
                 "tools":["{{machine}}"]}
                """;
        string Replaced(string old) =>
            $$"""
                {"type":"replace","time":"2026-03-01T08:00:00Z","parent":"{{press}}","inputs":["{{old}}"],
                 "outputs":["{{part}}"]}
                """;

        var (fits, text, wrong) = (
            await EventAsync(Operated(press)),
            await EventAsync(Operated("press 3")),
            await EventAsync(Operated(cell))
        );
        var (replaced, other) = (
            await EventAsync(Replaced(await MadeAsync("pressed"))),
            await EventAsync(Replaced(cell))
        );

        Assert.That((fits.Status, text.Status, wrong.Status), Is.EqualTo((201, 201, 422)), $"{fits} {text} {wrong}");
        Assert.That(wrong.Fields, Is.EqualTo(new[] { "equipment[0]", "tools[0]" }));
        Assert.That((replaced.Status, other.Status, other.Fields[0]), Is.EqualTo((201, 422, "inputs[0]")));
    }

    [Test]
    public async Task RulesOfMachines_ReportInATrace_WhatWasTakenBeforeThem()
    {
        const string Unruled = """{"code":"rolled","attributes":[{"code":"name","type":"text"}]}""";
        const string Ruled = """
            {"code":"rolled","attributes":[{"code":"name","type":"text"}],
             "trace":{"links":[{"type":"produced-by","templates":["loose"]},{"type":"consumes"}]} }
            """;
        await PublishAsync("rolled", Unruled);
        var (part, cell, gauge) = (await MadeAsync("rolled"), await MadeAsync("cell"), await MadeAsync("cell"));
        foreach (var (type, machine) in new[] { ("operate", cell), ("inspect", gauge) })
        {
            var sent = await EventAsync(
                $$"""
                {"type":"{{type}}","time":"2026-03-01T08:00:00Z","items":["{{part}}"],"equipment":["{{machine}}"]}
                """
            );
            Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());
        }
        var path = $"/api/v1/trace/{part}?type=produced-by";
        var before = await Server.GetAsync(path, Role.Reader);

        await PublishAsync("rolled", Ruled);
        var after = await Server.GetAsync(path, Role.Reader);

        Assert.That(CodesOf(before.Json), Is.Empty, before.ToString());
        Assert.That(CodesOf(after.Json), Is.EqualTo(["wrong-template"]), after.ToString());
        Assert.That(
            after
                .Json.GetProperty("findings")[0]
                .GetProperty("identifiers")
                .EnumerateArray()
                .Select(i => i.GetString()),
            Is.EqualTo(new[] { cell })
        );
    }

    private static string[] CodesOf(JsonElement json) =>
        json.TryGetProperty("findings", out var findings)
            ? [.. findings.EnumerateArray().Select(f => f.GetProperty("code").GetString()!)]
            : [];

    private static string Assembled(string? parent, params string[] children)
    {
        var into = parent is null ? "" : $"\"parent\":\"{parent}\",";
        return $$"""
            {"type":"assemble","time":"2026-03-01T08:00:00Z",{{into}}"children":{{JsonSerializer.Serialize(children)}}}
            """;
    }

    private async Task<string> MadeAsync(string template)
    {
        var id = Server.NewId();
        var made = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"{{template}}","identifier":"{{id}}","attributes":{} }"""
        );
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        return id;
    }

    private Task<Answer> EventAsync(string body) => Server.SendAsync(Role.Registrar, "POST", "/api/v1/events", body);

    private Task<Answer> ScanAsync(string id, string intent) =>
        Server.SendAsync(Role.Reader, "POST", "/api/v1/scan", $$"""{"text":"{{id}}","intent":{{intent}}}""");

    private async Task<string[]> ReasonsAsync(string id, string intent) =>
        [
            .. (await ScanAsync(id, intent))
                .Json.GetProperty("reasons")
                .EnumerateArray()
                .Select(r => r.GetProperty("code").GetString()!),
        ];

    private async Task PublishAsync(string code, string body)
    {
        var saved = await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates", body);
        Assert.That(saved.Status, Is.EqualTo(201), saved.ToString());
        var published = await Server.SendAsync(Role.Admin, "POST", $"/api/v1/templates/{code}/publish");
        Assert.That(published.Status, Is.EqualTo(200), published.ToString());
    }
}
