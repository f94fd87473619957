using IdResolution.Core.Access;
using IdResolution.Server.Options;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Methods that a path does not take, OPTIONS, and calls of web pages of other sites.</summary>
[TestFixture]
public sealed class MethodTests : NodeFixture
{
    private const string Page = "https://mes.example.com";

    private TestNode _open = null!;

    [OneTimeSetUp]
    public async Task StartOpenNodeAsync() =>
        _open = await TestNode.StartAsync(options => options.Cors.Origins = [Page, "http://10.1.0.5:8000"]);

    [OneTimeTearDown]
    public async Task StopOpenNodeAsync() => await _open.DisposeAsync();

    [TestCase("/api/v1/identifiers", "POST, GET, HEAD, PATCH, DELETE, OPTIONS")]
    [TestCase("/api/v1/identifiers:batch", "POST, OPTIONS")]
    [TestCase("/api/v1/identifiers/88.300.1/x", "GET, HEAD, PATCH, DELETE, OPTIONS")]
    [TestCase("/api/v1/scan", "POST, OPTIONS")]
    [TestCase("/api/v1/search?template=x", "GET, HEAD, OPTIONS")]
    [TestCase("/api/v1/templates/part/publish", "POST, OPTIONS")]
    [TestCase("/api/v1/keys/k1", "DELETE, OPTIONS")]
    [TestCase("/", "GET, HEAD, OPTIONS")]
    [TestCase("/r?id=88.300.1/x", "GET, HEAD, POST, OPTIONS")]
    [TestCase("/88.300.1/x", "GET, HEAD, POST, OPTIONS")]
    [TestCase("/healthz", "GET, HEAD, OPTIONS")]
    [TestCase("/openapi/v1.json", "GET, HEAD, OPTIONS")]
    [TestCase("/docs/index.html", "GET, HEAD, OPTIONS")]
    public async Task Method_ThatThePathDoesNotTake_Answers405WithThoseItTakes(string target, string allowed)
    {
        var refused = await Server.SendAsync(Role.Admin, "PUT", target, "{}");
        var asked = await Server.SendAsync(Role.Anonymous, "OPTIONS", target);

        Assert.That(
            (refused.Status, refused.Code, refused.Header("Allow")),
            Is.EqualTo((405, "MethodNotAllowed", allowed))
        );
        Assert.That((asked.Status, asked.Header("Allow"), asked.Body.Length), Is.EqualTo((204, allowed, 0)));
    }

    /// <summary>Every path of the document, with the methods that the document has for it.</summary>
    [Test]
    public async Task Method_ThatAPathOfTheDocumentDoesNotTake_Answers405WithThoseItTakes()
    {
        var paths = (await Server.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").EnumerateObject().ToList();
        foreach (var path in paths)
        {
            var target = path.Name.Replace("{id}", "x").Replace("{code}", "x").Replace("{prefix}", "88.300.1");
            var taken = path.Value.EnumerateObject().Select(call => call.Name.ToUpperInvariant()).ToList();
            string[] allowed = [.. taken, .. taken.Contains("GET") ? ["HEAD"] : Array.Empty<string>(), "OPTIONS"];

            var refused = await Server.SendAsync(Role.Admin, "TRACE", target);
            var asked = await Server.SendAsync(Role.Anonymous, "OPTIONS", target);

            Assert.That((refused.Status, asked.Status), Is.EqualTo((405, 204)), target);
            Assert.That(refused.Header("Allow")!.Split(", "), Is.EquivalentTo(allowed), target);
            Assert.That(asked.Header("Allow"), Is.EqualTo(refused.Header("Allow")), target);
        }
        Assert.That(paths, Has.Count.GreaterThan(50));
    }

    [Test]
    public async Task Path_ThatNothingTakes_Answers404ForEveryMethod()
    {
        foreach (var method in new[] { "GET", "PUT", "OPTIONS", "POST" })
        {
            Assert.That((await Server.SendAsync(Role.Admin, method, "/api/v1/nothing")).Status, Is.EqualTo(404));
        }
    }

    [Test]
    public async Task Page_OfAnotherSite_MayNotCallUntilItIsNamed()
    {
        var id = await Server.RegisterAsync();

        var read = await Server.GetAsync("/api/v1/identifiers/" + id, headers: ("Origin", Page));
        var asked = await PreflightAsync(Server, Page);

        Assert.That((read.Status, read.Header("Access-Control-Allow-Origin")), Is.EqualTo((200, (string?)null)));
        Assert.That(asked.Header("Access-Control-Allow-Origin"), Is.Null);
    }

    [Test]
    public async Task Page_ThatIsNamed_MayCallAndReadHeadersAndRefusals()
    {
        var id = await _open.RegisterAsync();

        var asked = await PreflightAsync(_open, Page);
        Assert.That(asked.Status, Is.EqualTo(204));
        Assert.That(asked.Header("Access-Control-Allow-Origin"), Is.EqualTo(Page));
        Assert.That(asked.Header("Access-Control-Allow-Methods"), Does.Contain("PATCH"));
        Assert.That(asked.Header("Access-Control-Allow-Headers"), Does.Contain("if-match").IgnoreCase);
        // The second is answered from memory, before routing.
        foreach (var target in new[] { id, id, "88.300.1/absent" })
        {
            var read = await _open.GetAsync("/api/v1/identifiers/" + target, headers: ("Origin", Page));
            Assert.That(read.Header("Access-Control-Allow-Origin"), Is.EqualTo(Page), target);
            Assert.That(read.Header("Access-Control-Expose-Headers"), Does.Contain("ETag").And.Contain("Retry-After"));
            Assert.That(read.Header("Vary"), Does.Contain("Origin"));
        }
        var refused = await _open.SendAsync("idr_wrong", "GET", "/api/v1/keys", null, ("Origin", Page));
        Assert.That((refused.Status, refused.Header("Access-Control-Allow-Origin")), Is.EqualTo((401, Page)));
    }

    [TestCase("https://mes.example.com.evil.example")]
    [TestCase("http://mes.example.com")]
    [TestCase("null")]
    public async Task Page_ThatIsNotNamed_MayNotCall(string origin)
    {
        var id = await _open.RegisterAsync();

        var read = await _open.GetAsync("/api/v1/identifiers/" + id, headers: ("Origin", origin));

        Assert.That(read.Header("Access-Control-Allow-Origin"), Is.Null);
        Assert.That((await PreflightAsync(_open, origin)).Header("Access-Control-Allow-Origin"), Is.Null);
    }

    [TestCase("mes.example.com")]
    [TestCase("https://mes.example.com/")]
    [TestCase("https://mes.example.com/app")]
    [TestCase("https://MES.example.com")]
    [TestCase("ftp://mes.example.com")]
    [TestCase("*")]
    public void Origin_ThatNoBrowserSends_IsRefusedAtStart(string origin)
    {
        var options = new NodeOptions { Cors = { Origins = [origin] } };

        Assert.That(options.Validate().Select(e => e.En), Has.One.StartsWith($"Cors:Origins: '{origin}' must be"));
    }

    private static Task<Answer> PreflightAsync(TestNode node, string origin) =>
        node.SendAsync(
            Role.Anonymous,
            "OPTIONS",
            "/api/v1/identifiers/88.300.1/x",
            null,
            ("Origin", origin),
            ("Access-Control-Request-Method", "PATCH"),
            ("Access-Control-Request-Headers", "authorization,if-match,content-type")
        );
}
