using System.Net;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Server.Handle.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Rest;

/// <summary>What an operator is shown of enterprises, and how he sets their routes.</summary>
[TestFixture]
public sealed class EnterpriseTests : NodeFixture
{
    private const string One = TestNode.Prefix + ".1A";
    private const string Two = TestNode.Prefix + ".2";

    private string _secret = "";

    [OneTimeSetUp]
    public async Task MakeEnterprisesAsync()
    {
        _secret = (await KeyAsync("line <1>", One)).Text;
        await KeyAsync(null, Two);
        var revoked = await KeyAsync("former", One);
        await Server.Node.Keys.RevokeAsync(revoked.Key.Id, Caller.Node, CancellationToken.None);
        await Server.RegisterAsync(identifier: One + "/X1");
        await Server.RegisterAsync(identifier: One + "/X2");
        await Server.SendAsync(Role.Registrar, "DELETE", $"/api/v1/identifiers/{One}/X2");
    }

    [Test]
    public async Task List_ForAnAdmin_ShowsKeysWhatArrivedAndRoutes()
    {
        await Server.SendAsync(_secret, "GET", $"/api/v1/identifiers/{One}/X1");
        await RouteAsync(Two, """{"host":7}""");

        var items = (await Server.GetAsync("/api/v1/enterprises", Role.Admin)).Items;

        Assert.That(items.Select(i => i.GetProperty("prefix").GetString()), Is.EqualTo([One, Two]));
        Assert.That(items[0].GetProperty("identifiers").GetInt64(), Is.EqualTo(1));
        Assert.That(
            items[0].GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("name").GetString()),
            Is.EqualTo(["line <1>", "former"])
        );
        Assert.That(items[0].GetProperty("registeredAt").GetDateTimeOffset(), Is.GreaterThan(DateTimeOffset.UnixEpoch));
        Assert.That(items[0].GetProperty("seenAt").GetDateTimeOffset(), Is.GreaterThan(DateTimeOffset.UnixEpoch));
        Assert.That(items[1].TryGetProperty("registeredAt", out _), Is.False);
        Assert.That(items[1].GetProperty("route").GetProperty("host").GetInt64(), Is.EqualTo(7));
        Assert.That(items[0].ToString(), Does.Not.Contain(_secret));
    }

    [Test]
    public async Task List_InPages_GoesOn()
    {
        var first = await Server.GetAsync("/api/v1/enterprises?limit=1", Role.Admin);
        var second = await Server.GetAsync("/api/v1/enterprises?limit=1&after=" + One.ToLowerInvariant(), Role.Admin);

        Assert.That(first.Json.GetProperty("next").GetString(), Is.EqualTo(One));
        Assert.That(second.Items.Single().GetProperty("prefix").GetString(), Is.EqualTo(Two));
    }

    [Test]
    public async Task Route_ByUrl_RedirectsThere()
    {
        var set = await RouteAsync(One, """{"url":"https://ID.example.com:443/"}""");

        Assert.That(set.Status, Is.EqualTo(200), set.ToString());
        Assert.That(set.Json.GetProperty("url").GetString(), Is.EqualTo("https://id.example.com"));
        var sent = await Server.GetAsync($"/{One}/X1");
        Assert.That((sent.Status, sent.Header("Location")), Is.EqualTo((307, $"https://id.example.com/{One}/X1")));
        Assert.That((await Server.GetAsync($"/api/handles/{One}/X1")).Status, Is.EqualTo(200), "No Handle port.");

        await RouteAsync(One, "{}");
        Assert.That((await Server.GetAsync($"/{One}/X1")).Status, Is.EqualTo(200));
    }

    [TestCase("""{"url":"ftp://x"}""", "url")]
    [TestCase("""{"url":"https://user@x"}""", "url")]
    [TestCase("""{"url":"https://x/path"}""", "url")]
    [TestCase("""{"url":"https://x?q"}""", "url")]
    [TestCase("""{"url":"https://x#f"}""", "url")]
    [TestCase("""{"url":"https://x\\@y"}""", "url")]
    [TestCase("""{"url":"https://x\r\nSet-Cookie: a=b"}""", "url")]
    [TestCase("""{"url":"https://标识"}""", "url")]
    [TestCase("""{"url":"javascript:alert(1)"}""", "url")]
    [TestCase("""{"url":"//x"}""", "url")]
    [TestCase("""{"url":""}""", "url")]
    [TestCase("""{"address":"x","tcp":1}""", "address")]
    [TestCase("""{"address":"203.0.113.1"}""", "address")]
    [TestCase("""{"tcp":1}""", "address")]
    [TestCase("""{"address":"203.0.113.1","tcp":70000}""", "tcp")]
    [TestCase("""{"address":"203.0.113.1","udp":-1}""", "udp")]
    [TestCase("""{"address":"203.0.113.1","http":65536}""", "http")]
    [TestCase("""{"address":"203.0.113.1","tcp":1,"host":1}""", "host")]
    public async Task Route_ThatIsWrong_IsRefusedByField(string body, string field)
    {
        var answer = await RouteAsync(One, body);

        Assert.That(answer.Status, Is.EqualTo(422), answer.ToString());
        Assert.That(answer.Fields, Does.Contain(field));
        Assert.That((await Server.GetAsync($"/{One}/X1")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Route_ToThisNode_IsRefused()
    {
        var bodies = new[]
        {
            $$"""{"url":"http://{{Server.EndPoint}}"}""",
            $$"""{"address":"127.0.0.1","udp":{{UdpPort}}}""",
            $$"""{"address":"127.0.0.1","tcp":1,"http":{{Server.EndPoint.Port}}}""",
        };
        foreach (var body in bodies)
        {
            Assert.That((await RouteAsync(One, body)).Status, Is.EqualTo(422), body);
        }
    }

    /// <summary>Another node on the store may take this node's address for the enterprise's.</summary>
    [Test]
    public async Task Route_ToThisNodeThatIsKept_SendsNobodyInACircle()
    {
        var node = Server.Node;
        var route = new PrefixRoute { Prefix = Two, Url = $"http://{Server.EndPoint}" };
        var editor = new RouteEditor(
            new DocumentEditor(node.Store.Documents, node.Catalog, node.Auditor, TimeProvider.System),
            new NoAddresses(),
            TimeProvider.System
        );
        Assert.That((await editor.SaveAsync(route, Caller.Node, CancellationToken.None)).IsOk, Is.True);

        Assert.That((await Server.GetAsync($"/{Two}/X1")).Status, Is.EqualTo(404));
    }

    [TestCase("88.301")]
    [TestCase("88.300.1.99")]
    [TestCase("x")]
    public async Task Route_OfAPrefixThatIsNotHomed_IsRefused(string prefix) =>
        Assert.That((await RouteAsync(prefix, "{}")).Code, Is.EqualTo("NotResponsible"));

    [Test]
    public async Task Page_WithoutAnAdminsKey_AsksForOne()
    {
        Assert.That((await Server.GetAsync("/enterprises")).Status, Is.EqualTo(401));
        Assert.That((await Server.GetAsync("/enterprises", Role.Registrar)).Status, Is.EqualTo(401));
        Assert.That((await PostAsync(Server.KeyOf(Role.Reader))).Status, Is.EqualTo(401));
        Assert.That((await PostAsync("wrong")).Status, Is.EqualTo(401));
        Assert.That((await Server.SendAsync(Role.Admin, "DELETE", "/enterprises")).Status, Is.EqualTo(405));
    }

    [Test]
    public async Task Page_WithAnAdminsKey_ShowsTheEnterprises()
    {
        var page = await PostAsync(Server.KeyOf(Role.Admin), "?lang=zh");

        Assert.That(page.Status, Is.EqualTo(200), page.Text);
        Assert.That(WebUtility.HtmlDecode(page.Text), Does.Contain(One).And.Contain("line <1>").And.Contain("企业"));
        Assert.That(page.Text, Does.Not.Contain("former").And.Not.Contain(_secret).And.Not.Contain("line <1>"));
        Assert.That((await Server.GetAsync("/enterprises", Role.Admin)).Text, Does.Contain("Enterprises"));
    }

    private int UdpPort => Server.Services.GetRequiredService<HandleUdp>().Port;

    private Task<Answer> RouteAsync(string prefix, string body) =>
        Server.SendAsync(Role.Admin, "PUT", $"/api/v1/enterprises/{prefix}/route", body);

    private Task<Answer> PostAsync(string key, string query = "") =>
        Server.SendBytesAsync(
            Role.Anonymous,
            "POST",
            "/enterprises" + query,
            Encoding.ASCII.GetBytes("key=" + key),
            ("Content-Type", "application/x-www-form-urlencoded")
        );

    private async Task<(ApiKey Key, string Text)> KeyAsync(string? name, string prefix)
    {
        var made = await Server.Node.Keys.CreateAsync(
            new NewKey(Role.Registrar, name, Prefix: prefix),
            Caller.Node,
            CancellationToken.None
        );
        Assert.That(made.IsOk, made.Error?.Message.En);
        return made.Value;
    }

    private sealed class NoAddresses : IOwnAddresses
    {
        public bool IsThisNode(PrefixRoute route) => false;
    }
}
