using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Partners, grants and keys of partners over REST.</summary>
[TestFixture]
public sealed class PartnerApiTests : NodeFixture
{
    private const string Partners = "/api/v1/partners";
    private const string Grants = "/api/v1/grants";

    [Test]
    public async Task Partner_MadeChangedAndAgain_IsShownWhole()
    {
        var made = await PostAsync(Partners, """{"code":"haidong","names":{"zh":"Haidong"},"groups":["b","a","b"]}""");
        var again = await PostAsync(Partners, """{"code":"haidong","names":{"zh":"Haidong"},"groups":["a","b"]}""");
        var changed = await PostAsync(Partners, """{"code":"haidong","company":"88.999.1/COM-1"}""");

        Assert.That((made.Status, again.Status, changed.Status), Is.EqualTo((201, 200, 200)), made.Text);
        Assert.That(made.Text, Is.EqualTo("""{"code":"haidong","names":{"zh":"Haidong"},"groups":["a","b"]}"""));
        Assert.That(
            (await Server.GetAsync(Partners + "/haidong", Role.Reader)).Text,
            Is.EqualTo("""{"code":"haidong","company":"88.999.1/COM-1"}""")
        );
    }

    [Test]
    public async Task Partner_WithBadFields_IsRefusedNamingThem()
    {
        var answer = await PostAsync(Partners, """{"code":"Hai Dong","company":"x","groups":[""],"more":1}""");
        Assert.That((answer.Status, answer.Fields), Is.EqualTo((422, new[] { "more", "code", "groups", "company" })));

        answer = await PostAsync(Partners, """{"code":"Hai Dong","company":"x","groups":[""]}""");
        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.Fields, Is.EquivalentTo(["code", "company", "groups"]));

        var part = await Server.RegisterAsync();
        answer = await PostAsync(Partners, $$"""{"code":"haidong","company":"{{part}}"}""");
        Assert.That((answer.Status, answer.Fields), Is.EqualTo((422, new[] { "company" })), answer.Text);
    }

    [Test]
    public async Task Grant_Made_IsAnsweredAsItWillBeShown()
    {
        await PostAsync(Partners, """{"code":"made","groups":["buyers"]}""");

        var made = await PostAsync(
            Grants,
            """
            {"group":"buyers","templates":["part"],"where":[{"attribute":"tags","values":["b","a","b"]}],
             "fields":{"attributes":["name"],"visibility":"partner","events":["ship"],"links":["contains"],
             "measurements":true},"hidden":"anonymous","purpose":"Warranty","from":"2126-01-01T00:00:00Z",
             "until":"2126-02-01T08:00:00+08:00"}
            """
        );
        var id = made.Json.GetProperty("id").GetString();

        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        Assert.That(
            made.Text,
            Does.StartWith($$"""{"id":"{{id}}","state":"waiting","fields":{"attributes":["name"],""")
                .And.Contain(""" "values":["a","b"] """.Trim())
                .And.Contain("2126-02-01T00:00:00")
        );
        Assert.That((await Server.GetAsync($"{Grants}/{id}", Role.Reader)).Text, Is.EqualTo(made.Text));
        Assert.That((await Server.GetAsync($"{Grants}?partner=made", Role.Reader)).Items, Has.Length.EqualTo(1));
        Assert.That((await Server.GetAsync($"{Grants}?partner=nobody", Role.Reader)).Status, Is.EqualTo(404));
    }

    [TestCase("documents", "true")]
    [TestCase("reach", """{"shipped":true}""")]
    [TestCase("credentials", "true")]
    public async Task Grant_OfWhatIsToCome_IsRefusedNamingTheMember(string member, string value)
    {
        await PostAsync(Partners, """{"code":"x"}""");
        var body = $$"""{"partner":"x","fields":{},"purpose":"test","{{member}}":{{value}}}""";

        var answer = await PostAsync(Grants, body);

        Assert.That((answer.Status, answer.Fields), Is.EqualTo((422, new[] { member })), answer.Text);
    }

    [Test]
    public async Task Grant_WithBadFields_IsRefusedNamingThem()
    {
        var answer = await PostAsync(
            Grants,
            """
            {"templates":["gone"],"where":[{"attribute":"x","values":[]}],"fields":{"events":["eaten"]},
             "purpose":"","until":"2020-01-01T00:00:00Z"}
            """
        );

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(
            answer.Fields,
            Is.EquivalentTo(["partner", "templates[0]", "where[0].values", "fields.events", "purpose", "until"])
        );
        answer = await PostAsync(Grants, """{"partner":"nobody","purpose":"y"}""");
        Assert.That((answer.Status, answer.Fields), Is.EqualTo((422, new[] { "fields", "partner" })), answer.Text);
    }

    [Test]
    public async Task Grant_Ended_IsOverAndStaysInTheList()
    {
        var id = await Server.GrantAsync("ended");
        Assert.That(await StateAsync(id), Is.EqualTo("in-force"));

        for (var i = 0; i < 2; i++)
        {
            var ended = await Server.SendAsync(Role.Admin, "DELETE", $"{Grants}/{id}");
            Assert.That(ended.Status, Is.EqualTo(204), ended.Text);
            Assert.That(await StateAsync(id), Is.EqualTo("over"));
        }
        Assert.That((await Server.SendAsync(Role.Admin, "DELETE", $"{Grants}/g0")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task PartnersKey_SeesItselfAndItsGrantsAlone()
    {
        var own = await Server.GrantAsync("own");
        var others = await Server.GrantAsync("others");
        var made = await PostAsync("/api/v1/keys", """{"role":"partner","partner":"own"}""");
        Assert.That(made.Json.GetProperty("partner").GetString(), Is.EqualTo("own"), made.Text);
        var key = made.Json.GetProperty("key").GetString()!;

        Assert.That((await AsAsync(key, Partners)).Text, Is.EqualTo("""{"items":[{"code":"own"}]}"""));
        Assert.That((await AsAsync(key, Partners + "/own")).Status, Is.EqualTo(200));
        Assert.That((await AsAsync(key, Grants)).Items.Select(g => g.GetProperty("id").GetString()), Is.EqualTo([own]));
        Assert.That((await AsAsync(key, $"{Grants}/{own}")).Status, Is.EqualTo(200));
        // Others are answered as what is not there, word for word.
        foreach (
            var (there, absent) in new[]
            {
                ($"{Partners}/others", $"{Partners}/absent"),
                ($"{Grants}/{others}", $"{Grants}/g0"),
                ($"{Grants}?partner=others", $"{Grants}?partner=absent"),
                ($"{Grants}?after={others}", $"{Grants}?after=g0"),
            }
        )
        {
            var (hidden, none) = (await AsAsync(key, there), await AsAsync(key, absent));
            var names = (Hidden: there.Split('/', '=')[^1], None: absent.Split('/', '=')[^1]);
            Assert.That(hidden.Status, Is.EqualTo(404), hidden.Text);
            Assert.That(
                hidden.Json.GetProperty("detail").GetString()!.Replace(names.Hidden, names.None),
                Is.EqualTo(none.Json.GetProperty("detail").GetString())
            );
        }
    }

    [Test]
    public async Task Lists_InPages_HoldEachOnce()
    {
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(await Server.GrantAsync("paged"));
        }
        var seen = new List<string>();
        string? next = null;
        do
        {
            var after = next is null ? "" : $"&after={next}";
            var page = await Server.GetAsync($"{Grants}?partner=paged&limit=2{after}", Role.Reader);
            seen.AddRange(page.Items.Select(g => g.GetProperty("id").GetString()!));
            next = page.Json.TryGetProperty("next", out var more) ? more.GetString() : null;
        } while (next is not null);

        Assert.That(seen, Is.EqualTo(made));
    }

    [Test]
    public async Task Key_OfAPartner_TakesWhatFitsAlone()
    {
        var answer = await PostAsync(
            "/api/v1/keys",
            $$"""{"role":"reader","partner":"nobody","prefix":"{{TestNode.Prefix}}"}"""
        );

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.Fields, Is.EquivalentTo(["partner", "role", "prefix"]));
    }

    private Task<Answer> PostAsync(string path, string body) => Server.SendAsync(Role.Admin, "POST", path, body);

    private Task<Answer> AsAsync(string key, string path) => Server.SendAsync(key, "GET", path);

    private async Task<string?> StateAsync(string id) =>
        (await Server.GetAsync($"{Grants}/{id}", Role.Reader)).Json.GetProperty("state").GetString();
}
