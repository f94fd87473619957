using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Holds as registrations, changes and labels see them.</summary>
[TestFixture]
public sealed class HeldItemTests : NodeFixture
{
    private const string Route = "/api/v1/identifiers";

    [Test]
    public async Task Registration_FromSomethingHeld_HasItsHold_AndSaysSo()
    {
        var roll = Server.NewId("roll");
        var hold = await HoldAsync(roll, "made-from");

        var made = await SendAsync(
            $$"""{"template":"part","attributes":{"name":"x"},"links":[{"type":"consumes","to":"{{roll}}"}]}"""
        );
        var batch = await Server.SendAsync(
            Role.Registrar,
            "POST",
            Route + ":batch",
            $$"""
            {"items":[{"template":"part","attributes":{"name":"x"},"links":[{"type":"consumes","to":"{{roll}}"}]},
             {"template":"part","attributes":{"name":"y"} }]}
            """
        );

        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        var told = made.Json.GetProperty("holds").EnumerateArray().Single();
        Assert.That(
            (
                told.GetProperty("event").GetString(),
                told.GetProperty("reason").GetString(),
                told.GetProperty("own").GetBoolean()
            ),
            Is.EqualTo((hold, "thin", false))
        );
        Assert.That(batch.Items[0].GetProperty("holds").GetArrayLength(), Is.EqualTo(1), batch.ToString());
        Assert.That(batch.Items[1].TryGetProperty("holds", out _), Is.False);
    }

    [Test]
    public async Task SameAgainAndChange_OfAHeldItem_AreTakenAndTold_AsLongAsItIsHeld()
    {
        var id = await Server.RegisterAsync();
        var body = $$"""{"template":"part","identifier":"{{id}}","attributes":{"name":"thing"} }""";
        Assert.That((await SendAsync(body)).Json.TryGetProperty("holds", out _), Is.False);
        await HoldAsync(id, "item");

        var again = await SendAsync(body);
        var batch = await Server.SendAsync(Role.Registrar, "POST", Route + ":batch", $$"""{"items":[{{body}}]}""");
        var changed = await PatchAsync(id, "A");

        Assert.That((again.Status, changed.Status), Is.EqualTo((200, 200)), changed.ToString());
        Assert.That(again.Json.GetProperty("holds")[0].GetProperty("own").GetBoolean());
        Assert.That(batch.Items[0].GetProperty("holds").GetArrayLength(), Is.EqualTo(1));
        Assert.That(changed.Json.GetProperty("holds").GetArrayLength(), Is.EqualTo(1));
        var sentBack = await SendAsync(changed.Text);
        Assert.That(sentBack.Status, Is.EqualTo(200), sentBack.ToString());
        await ReleaseAsync(id);
        Assert.That((await PatchAsync(id, "B")).Json.TryGetProperty("holds", out _), Is.False);
    }

    [TestCase("/api/v1/labels/{0}.zpl")]
    [TestCase("/api/v1/qr/{0}.svg")]
    [TestCase("/api/v1/qr/{0}.png")]
    [TestCase("/api/v1/labels/sheet?id={0}")]
    public async Task Label_OfAHeldItem_SaysSo_OrIsRefused_AndNoCacheHidesIt(string form)
    {
        var id = await Server.RegisterAsync();
        var path = string.Format(null, form, id);
        var refusing = path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "held=refuse";
        Assert.That((await Server.GetAsync(path, Role.Reader)).Header("X-Item-Held"), Is.Null);
        Assert.That((await Server.GetAsync(refusing, Role.Reader)).Status, Is.EqualTo(200));
        await HoldAsync(id, "item");

        var marked = await Server.GetAsync(path, Role.Reader);
        var refused = await Server.GetAsync(refusing, Role.Reader);
        var anonymous = await Server.GetAsync(refusing);

        Assert.That((marked.Status, marked.Header("X-Item-Held")), Is.EqualTo((200, "true")));
        Assert.That(marked.Header("Cache-Control"), Does.Contain("no-cache").Or.Contain("no-store"));
        Assert.That((refused.Status, refused.Code), Is.EqualTo((409, "Held")), refused.ToString());
        Assert.That(refused.Text, Does.Contain("thin"));
        Assert.That((anonymous.Status, anonymous.Header("X-Item-Held")), Is.EqualTo((200, (string?)null)));
        await ReleaseAsync(id);
        Assert.That((await Server.GetAsync(path, Role.Reader)).Header("X-Item-Held"), Is.Null);
    }

    [Test]
    public async Task Zpl_OfAHeldItem_PrintsTheMark_ToThoseWhoAreTold()
    {
        var id = await Server.RegisterAsync();
        var path = $"/api/v1/labels/{id}.zpl";
        await HoldAsync(id, "item");

        Assert.That((await Server.GetAsync(path, Role.Reader)).Text, Does.Contain(" HELD^FS"));
        Assert.That((await Server.GetAsync(path)).Text, Does.Not.Contain("HELD"));
    }

    [Test]
    public async Task Sheet_MarksTheLabelsOfHeldItems_OrNamesThemAsMissing()
    {
        var (held, free) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await HoldAsync(held, "item");
        string Body(string more) => $$"""{"identifiers":["{{held}}","{{free}}"]{{more}}}""";

        var marked = await SheetAsync(Body(""), Role.Reader);
        var refused = await SheetAsync(Body(""" ,"held":"refuse" """), Role.Reader);
        var partner = await SheetAsync(Body(""" ,"held":"refuse" """), Role.Partner);

        Assert.That(marked.Text.Split("冻结 HELD"), Has.Length.EqualTo(2));
        Assert.That(marked.Text.Split("<article>"), Has.Length.EqualTo(3));
        Assert.That(refused.Status, Is.EqualTo(200));
        Assert.That(refused.Text.Split("<article>"), Has.Length.EqualTo(2));
        Assert.That(refused.Text, Does.Contain($"<li><b>{held}</b>"));
        Assert.That(partner.Text.Split("<article>"), Has.Length.EqualTo(3));
        Assert.That(partner.Text, Does.Not.Contain("HELD"));
    }

    private Task<Answer> SheetAsync(string body, Role role) =>
        Server.SendAsync(role, "POST", "/api/v1/labels/sheet", body);

    private Task<Answer> SendAsync(string body) => Server.SendAsync(Role.Registrar, "POST", Route, body);

    private Task<Answer> PatchAsync(string id, string grade) =>
        Server.SendAsync(Role.Registrar, "PATCH", $"{Route}/{id}", $$"""{"attributes":{"grade":"{{grade}}"} }""");

    private Task<string> HoldAsync(string id, string scope) =>
        EventAsync($$""" "type":"hold","items":["{{id}}"],"scope":"{{scope}}","reason":"thin" """);

    private Task<string> ReleaseAsync(string id) => EventAsync($$""" "type":"release","items":["{{id}}"] """);

    private async Task<string> EventAsync(string members)
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"time":"2026-03-02T08:00:00Z",{{members}}}"""
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return answer.Json.GetProperty("event").GetString()!;
    }
}
