using IdResolution.Core.Access;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class ResolutionPageTests : NodeFixture
{
    [TestCase("en", "en", "Name", "Registered information")]
    [TestCase("zh-CN,zh;q=0.9,en;q=0.5", "zh-CN", "名称", "标识信息")]
    [TestCase("fr", "en", "Name", "Registered information")]
    public async Task Page_InTheReadersLanguage_WithoutScript(string language, string tag, string label, string heading)
    {
        var id = await Server.RegisterAsync(
            """ "attributes":{"name":"<script>alert(1)</script>","of":"88.300.1/a b"} """
        );

        var page = await Server.GetAsync("/" + id, headers: [("Accept", "text/html"), ("Accept-Language", language)]);

        Assert.Multiple(() =>
        {
            Assert.That(
                (
                    page.Status,
                    page.Header("Content-Type"),
                    page.Header("Cache-Control"),
                    page.Header("X-Content-Type-Options")
                ),
                Is.EqualTo((200, "text/html; charset=utf-8", "no-cache", "nosniff"))
            );
            Assert.That(
                page.Text,
                Does.Contain($"<html lang=\"{tag}\">")
                    .And.Contain(label)
                    .And.Contain(heading)
                    .And.Contain("&lt;script&gt;")
                    .And.Contain("data:image/svg+xml")
            );
            Assert.That(
                page.Text,
                Does.Not.Contain("<script").And.Not.Contain("onclick").And.Not.Contain("http-equiv")
            );
            Assert.That(page.Text, Does.Contain("href=\"/r?id=88.300.1%2Fa%20b\""));
            Assert.That(page.Header("Content-Security-Policy"), Does.StartWith("default-src 'none'"));
            Assert.That(page.Header("Vary"), Is.EqualTo("Accept, Accept-Language, Accept-Encoding, Authorization"));
        });
    }

    [Test]
    public async Task Page_LanguageOfTheQuery_WinsAndIsOffered()
    {
        var id = await Server.RegisterAsync();

        foreach (var target in new[] { $"/{id}?lang=zh", $"/r?id={Uri.EscapeDataString(id)}&lang=zh" })
        {
            var page = await Server.GetAsync(target, headers: [("Accept", "text/html"), ("Accept-Language", "en")]);
            Assert.That(page.Text, Does.Contain("lang=\"zh-CN\"").And.Contain("lang=en\""));
        }
    }

    [TestCase("text/html", "text/html")]
    [TestCase("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html")]
    [TestCase("application/json", "application/json")]
    [TestCase("*/*", "application/json")]
    [TestCase("text/html;q=0.1, application/json", "application/json")]
    [TestCase("", "application/json")]
    public async Task Accept_DecidesBetweenPageAndJson(string accept, string media)
    {
        var id = await Server.RegisterAsync();
        foreach (var target in new[] { "/" + id, "/r?id=" + id })
        {
            Assert.That((await Server.GetAsync(target, headers: ("Accept", accept))).MediaType, Is.EqualTo(media));
        }
    }

    [TestCase("en", "not found", "was revoked")]
    [TestCase("zh", "未找到该标识", "已注销")]
    public async Task Page_AbsentOrRevoked_SaysSo(string language, string absent, string revoked)
    {
        var id = await Server.RegisterAsync();
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);
        (string, string)[] headers = [("Accept", "text/html"), ("Accept-Language", language)];

        var missing = await Server.GetAsync("/" + Server.NewId(), headers: headers);
        var gone = await Server.GetAsync("/" + id, headers: headers);
        var foreign = await Server.GetAsync("/77.1/x", headers: headers);
        var bad = await Server.RawAsync("/88.300.1/%zz", headers: "Accept: text/html\r\n");

        Assert.That(
            new[] { missing, gone, foreign, bad }.Select(a => (a.Status, a.MediaType)),
            Is.EqualTo(new[] { (404, "text/html"), (410, "text/html"), (404, "text/html"), (400, "text/html") })
        );
        Assert.That(
            (
                missing.Text.Contains(absent, StringComparison.Ordinal),
                gone.Text.Contains(revoked, StringComparison.Ordinal)
            ),
            Is.EqualTo((true, true))
        );
    }

    [Test]
    public async Task Home_ShowsPrefixesAndAForm()
    {
        var home = await Server.GetAsync("/", headers: ("Accept-Language", "zh"));

        Assert.That(home.Text, Does.Contain("88.300.1").And.Contain("action=\"/r\"").And.Contain("lang=\"zh-CN\""));
    }

    [Test]
    public async Task Page_KeyPosted_ShowsMoreEvenWhereReadingIsOpen()
    {
        var id = await Server.RegisterAsync(""" "attributes":{"name":"n","cost":471.1} """);

        var answer = await Server.SendAsync(
            Role.Anonymous,
            "POST",
            "/" + id,
            "key=" + Server.KeyOf(Role.Reader),
            ("Content-Type", "application/x-www-form-urlencoded")
        );

        Assert.That((answer.Status, answer.Text.Contains("471.1", StringComparison.Ordinal)), Is.EqualTo((200, true)));
    }

    [Test]
    [Category(Lane.Process)]
    public async Task Page_InABrowser_ShowsTheRecordWithNoScriptOfItsOwn()
    {
        if (!Tool.Exists("chromium"))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail("chromium is not on the path.");
            }
            Assert.Ignore("chromium is not on the path.");
        }
        var id = await Server.RegisterAsync(""" "attributes":{"name":"膜电极 & <b>"} """);
        using var profile = new TemporaryDirectory();

        // Chromium's own dump needs script, so script stays on in it: the page's policy (default-src 'none') lets none
        // of its own run.
        var (exitCode, dom, errors) = await Task.Run(() =>
            Tool.Run(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile.Path,
                "--window-size=390,844",
                "--dump-dom",
                $"http://{Server.EndPoint}/{id}"
            )
        );

        var text = System.Text.Encoding.UTF8.GetString(dom);
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(text, Does.Contain(id).And.Contain("膜电极 &amp; &lt;b&gt;").And.Contain("<h1"));
    }

    [TestCase("/foo", "foo", "There is no page here")]
    [TestCase("/favicon.ico", "favicon.ico", "There is no page here")]
    [TestCase("/a%20b/c?x=1", "a b/c", "There is no page here")]
    [TestCase("/%zz", "%zz", "There is no page here")]
    [TestCase("/88.300.1", "88.300.1/", "a prefix alone")]
    [TestCase("/77.1", "77.1/", "a prefix alone")]
    [TestCase("/88.300.1/absent", "88.300.1/absent", "not found")]
    public async Task Path_WithNothingAtIt_IsAPageForPeopleAndAProblemForMachines(
        string target,
        string typed,
        string title
    )
    {
        var page = await Server.RawAsync(target, headers: "Accept: text/html,*/*;q=0.8\r\n");
        var problem = await Server.RawAsync(target);

        Assert.That((page.Status, page.MediaType), Is.EqualTo((404, "text/html")), page.Text);
        Assert.That(page.Text, Does.Contain(title).And.Contain($"value=\"{typed}\""));
        Assert.That(page.Header("Content-Security-Policy"), Does.StartWith("default-src 'none'"));
        Assert.That((problem.Status, problem.MediaType), Is.EqualTo((404, "application/problem+json")), problem.Text);
    }

    [TestCase("GET", "/api/v1/nothing")]
    [TestCase("POST", "/foo")]
    public async Task Path_OfAnInterfaceOrAnotherMethod_IsAProblemForBrowsersToo(string method, string target)
    {
        var answer = await Server.SendAsync(Role.Anonymous, method, target, null, ("Accept", "text/html"));

        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((404, "application/problem+json")));
    }

    [TestCase("/r?id=abc%20%3Cb%3E", "abc &lt;b&gt;")]
    [TestCase("/r?id=88.300.1", "88.300.1")]
    [TestCase("/88.300.1/", "88.300.1/")]
    public async Task Page_OfAnError_KeepsWhatWasTyped(string target, string kept)
    {
        var page = await Server.GetAsync(target, headers: [("Accept", "text/html")]);

        Assert.That(page.Status, Is.EqualTo(400));
        Assert.That(page.Text, Does.Contain($"value=\"{kept}\""));
    }

    [TestCase("zh", "2026-03-01 16:00:00（UTC+8）", "2026-03-01 16:00:00.25（UTC+8）")]
    [TestCase("en", "2026-03-01 16:00:00 (UTC+8)", "2026-03-01 16:00:00.25 (UTC+8)")]
    public async Task Page_Times_AreThePlants(string language, string whole, string exact)
    {
        const string Pack = """
            {"templates":[{"code":"timed","names":{"en":"Timed","zh":"计时"},"attributes":[
              {"code":"at","type":"date-time","visibility":"public"},
              {"code":"ats","type":"date-time","repeated":true,"visibility":"public"}]}]}
            """;
        Assert.That(
            (await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates:import", Pack)).Status,
            Is.EqualTo(200)
        );
        var registered = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$$"""
            {"template":"timed","identifier":"88.300.1/timed-{{{language}}}","attributes":{
              "at":"2026-03-01T08:00:00Z","ats":["2026-03-01T08:00:00.25Z","2026-03-01T09:00:00+01:00"]}}
            """
        );
        Assert.That(registered.Status, Is.EqualTo(201), registered.Text);
        var target = $"/88.300.1/timed-{language}";

        var page = await Server.GetAsync($"{target}?lang={language}", headers: [("Accept", "text/html")]);
        var sheet = await Server.GetAsync(
            $"/api/v1/labels/sheet?id=88.300.1/timed-{language}",
            headers: [("Accept-Language", language)]
        );

        var text = System.Net.WebUtility.HtmlDecode(page.Text);
        Assert.That(text, Does.Contain(whole).And.Contain(exact).And.Not.Contain("08:00:00"));
        Assert.That(text, Does.Match(@"<time\s+datetime=""[0-9T:-]+Z"">[0-9: -]+[(（]UTC\+8[)）]</time>"));
        Assert.That(System.Net.WebUtility.HtmlDecode(sheet.Text), Does.Contain(whole).And.Contain(exact));
    }
}
