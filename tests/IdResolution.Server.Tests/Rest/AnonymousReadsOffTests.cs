using IdResolution.Core.Access;
using IdResolution.Server.Options;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class AnonymousReadsOffTests : NodeFixture
{
    private const string FormType = "application/x-www-form-urlencoded";

    [TestCase("/api/v1/identifiers/{0}")]
    [TestCase("/api/v1/identifiers?id={0}")]
    [TestCase("/api/v1/qr/{0}.svg")]
    [TestCase("/api/v1/labels/{0}.zpl")]
    [TestCase("/api/v1/labels/sheet?id={0}&id={0}")]
    [TestCase("/api/v1/labels/sheet?id=88.300.1/none&id={0}")]
    [TestCase("/{0}")]
    [TestCase("/r?id={0}")]
    [TestCase("/r?text={0}")]
    [TestCase("/r?text=(01)09506000134352(21){0}")]
    [TestCase("/api/v1/identifiers/88.300.1/META_part")]
    public async Task Rest_WithoutKey_Answers401_AlsoOnceCached(string form)
    {
        var id = await Server.RegisterAsync();
        await Server.GetAsync("/api/v1/identifiers/" + id, Role.Reader);

        var refused = await Server.GetAsync(string.Format(null, form, id));
        var absent = await Server.GetAsync(string.Format(null, form, Server.NewId()));

        Assert.That(
            (refused.Status, refused.Code, refused.Header("WWW-Authenticate")),
            Is.EqualTo((401, "Unauthenticated", "Bearer"))
        );
        Assert.That(absent.Status, Is.EqualTo(401), "Whether there is a record is no stranger's business.");
    }

    [Test]
    public async Task Scan_WithoutKey_Answers401()
    {
        var id = await Server.RegisterAsync();

        Assert.That(
            (await Server.SendAsync(Role.Anonymous, "POST", "/api/v1/scan", $$"""{"text":"{{id}}"}""")).Status,
            Is.EqualTo(401)
        );
        Assert.That(
            (await Server.SendAsync(Role.Partner, "POST", "/api/v1/scan", $$"""{"text":"{{id}}"}""")).Status,
            Is.EqualTo(200)
        );
    }

    [Test]
    public async Task Page_WithoutKey_AsksForOneAndShowsTheRecordAfterItsPost()
    {
        var id = await Server.RegisterAsync(""" "attributes":{"name":"shown-thing","grade":"A","cost":471.1} """);
        var encoded = Uri.EscapeDataString(id);
        foreach (var target in new[] { "/" + id, "/r?id=" + encoded, "/r?text=%20" + encoded })
        {
            var asked = await Server.GetAsync(target, headers: ("Accept", "text/html"));
            var wrong = await PostAsync(target, "key=idr_wrong");
            var shown = await PostAsync(target, "key=" + Uri.EscapeDataString(" " + Server.KeyOf(Role.Partner) + " "));

            Assert.Multiple(() =>
            {
                Assert.That(
                    (asked.Status, asked.Header("Cache-Control"), asked.Header("WWW-Authenticate")),
                    Is.EqualTo((401, "no-store", "Bearer"))
                );
                Assert.That(
                    asked.Text,
                    Does.Contain("<form method=\"post\"").And.Contain("name=\"key\"").And.Not.Contain("shown-thing")
                );
                Assert.That(
                    asked.Text,
                    Does.Contain($"action=\"{target.Replace("&", "&amp;", StringComparison.Ordinal)}\"")
                );
                Assert.That(wrong.Status, Is.EqualTo(401));
                Assert.That(
                    wrong.Text,
                    Does.Contain("role=\"alert\"").And.Not.Contain("shown-thing").And.Not.Contain("idr_wrong")
                );
                Assert.That(
                    (shown.Status, shown.Header("Cache-Control"), shown.Header("ETag")),
                    Is.EqualTo((200, "no-store", (string?)null))
                );
                Assert.That(
                    shown.Text,
                    Does.Contain("shown-thing")
                        .And.Contain("Grade")
                        .And.Not.Contain("471.1")
                        .And.Not.Contain(Server.KeyOf(Role.Partner))
                );
            });
        }
    }

    [TestCase("multipart/form-data", "x")]
    [TestCase(
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nx\r\n--b--"
    )]
    [TestCase("text/plain", "key=x")]
    [TestCase(FormType, "")]
    [TestCase(FormType, "key=")]
    [TestCase(FormType, "other=x")]
    [TestCase(FormType, "key=%zz")]
    [TestCase(FormType, "&&&=&=")]
    public async Task Page_AnyOtherPost_AsksAgain(string type, string body)
    {
        var answer = await PostAsync("/" + await Server.RegisterAsync(), body, type);

        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((401, "text/html")));
    }

    [Test]
    public async Task Page_PostOfTooManyMembersOrBytes_AsksAgain()
    {
        var id = await Server.RegisterAsync();

        Assert.That((await PostAsync("/" + id, string.Concat(Enumerable.Repeat("a&", 2000)))).Status, Is.EqualTo(401));
        Assert.That((await PostAsync("/" + id, "key=" + new string('x', 10_000))).Status, Is.EqualTo(401));
    }

    [TestCase("/r?id=88.300.1/x&next=https://evil.example/")]
    [TestCase("/r?id=88.300.1/x&returnUrl=//evil.example")]
    [TestCase("/88.300.1/x?next=//evil.example")]
    [TestCase("http://evil.example/88.300.1/x")]
    public async Task Page_ItsForm_LeadsNowhereElse(string target)
    {
        using var connection = await Server.ConnectAsync();
        await connection.SendAsync(
            $"GET {target} HTTP/1.1\r\nHost: {(target.StartsWith("http:", StringComparison.Ordinal) ? "evil.example" : "node")}\r\nAccept: text/html\r\n\r\n"
        );
        var asked = (await connection.ReadAsync())!;
        var posted = await PostAsync(
            target.Replace("http://evil.example", "", StringComparison.Ordinal),
            "key=" + Server.KeyOf(Role.Reader) + "&next=https://evil.example/"
        );

        Assert.That(
            System.Text.RegularExpressions.Regex.Match(asked.Text, "action=\"([^\"]*)\"").Groups[1].Value,
            Does.Match("^/[^/\\\\]")
        );
        Assert.That(asked.Header("Content-Security-Policy"), Does.Contain("form-action 'self'"));
        Assert.That((posted.Status, posted.Header("Location")), Is.EqualTo((404, (string?)null)));
    }

    [Test]
    public async Task HomeHealthAndDocument_NeedNoKey()
    {
        foreach (var path in new[] { "/", "/healthz", "/readyz", "/openapi/v1.json" })
        {
            Assert.That((await Server.GetAsync(path)).Status, Is.EqualTo(200), path);
        }
    }

    private protected override void Configure(NodeOptions options) => options.Access.AnonymousReads = false;

    private Task<Answer> PostAsync(string target, string body, string type = FormType) =>
        Server.SendAsync(Role.Anonymous, "POST", target, body, ("Content-Type", type), ("Accept", "text/html"));
}
