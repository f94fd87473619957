using System.IO.Compression;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class ResolveTests : NodeFixture
{
    private const string Route = "/api/v1/identifiers/";

    /// <summary>Suffixes that a path does not carry as they are.</summary>
    public static readonly string[] OddSuffixes =
    [
        "/",
        "a//b",
        "/a",
        "a/",
        "100%",
        "a%2Fb",
        "a%b",
        "a?b",
        "a#b",
        "a b",
        "a+b",
        "a&b=c",
        "膜电极-1",
        "😀",
        "é",
        "a.png",
        "a.svg",
        "a.b.c",
        ".hidden",
        "a..b",
        "a;b",
        "a:b",
        "a\"b",
        "<b>",
        "a\\b",
        "{x}",
        "[1]",
        "~a!$'()*,@",
    ];

    [TestCaseSource(nameof(OddSuffixes))]
    public async Task Get_OddIdentifier_IsFoundInPathAndInQueryAndOnPages(string suffix)
    {
        var id = await Server.RegisterAsync(identifier: Server.NewId("/" + suffix));
        var encoded = Uri.EscapeDataString(id);
        var perByte = string.Concat(Encoding.UTF8.GetBytes(id[(TestNode.Prefix.Length + 1)..]).Select(b => $"%{b:x2}"));

        foreach (
            var target in new[]
            {
                Route + encoded,
                Route + TestNode.Prefix + "/" + perByte,
                "/api/v1/identifiers?id=" + encoded,
                "/r?id=" + encoded,
                $"/{TestNode.Prefix}/{Uri.EscapeDataString(id[(TestNode.Prefix.Length + 1)..])}",
                new Uri(Server.Address.Of(id)).OriginalString[Server.Address.Url.Length..],
            }
        )
        {
            // Twice: the second one comes from the cache.
            for (var i = 0; i < 2; i++)
            {
                var answer = await Server.RawAsync(target);
                Assert.That(answer.Status, Is.EqualTo(200), $"{target} {answer}");
                Assert.That(answer.Json.GetProperty("identifier").GetString(), Is.EqualTo(id), target);
            }
        }
    }

    [Test]
    public async Task Get_OtherCase_FindsTheRecordInTheSpellingGiven()
    {
        var id = await Server.RegisterAsync(identifier: Server.NewId("-MiXed"));

        Assert.That(
            (await Server.GetAsync(Route + id.ToLowerInvariant())).Json.GetProperty("identifier").GetString(),
            Is.EqualTo(id)
        );
    }

    [Test]
    public async Task Get_Absent_Answers404AndForeignPrefix404()
    {
        var absent = await Server.GetAsync(Route + Server.NewId());
        var foreign = await Server.GetAsync(Route + "77.1/x");

        Assert.That(
            (absent.Status, absent.Code, foreign.Status, foreign.Code),
            Is.EqualTo((404, "NotFound", 404, "NotResponsible"))
        );
    }

    [TestCase("88.300.1")]
    [TestCase("88.300.1/")]
    [TestCase("a/b")]
    [TestCase("88.300.1/%01")]
    public async Task Get_MalformedIdentifier_Answers400(string id)
    {
        var answer = await Server.RawAsync(Route + id);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "InvalidIdentifier")));
    }

    [TestCase("/api/v1/identifiers")]
    [TestCase("/api/v1/identifiers/")]
    [TestCase("/api/v1/identifiers?id=88.300.1/a&id=88.300.1/b")]
    [TestCase("/api/v1/identifiers?other=1", "other")]
    [TestCase("/api/v1/history?id=88.300.1/a&id=88.300.1/b")]
    public async Task Get_NoneOrTwoIdentifiers_Answers400NamingId(string target, string fields = "id")
    {
        var answer = await Server.GetAsync(target, Role.Admin);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((400, fields)), answer.Text);
    }

    [Test]
    public async Task Get_Revoked_Answers410NamingIt()
    {
        var id = await Server.RegisterAsync();
        await Server.SendAsync(Role.Registrar, "DELETE", Route + id);

        var answer = await Server.GetAsync(Route + id);

        Assert.That(
            (answer.Status, answer.Code, answer.Json.GetProperty("identifier").GetString()),
            Is.EqualTo((410, "Revoked", id))
        );
    }

    [TestCase("/api/v1/identifiers/{0}", 200)]
    [TestCase("/api/v1/identifiers?id={0}", 200)]
    [TestCase("/{0}", 200)]
    [TestCase("/r?id={0}", 200)]
    [TestCase("/api/v1/qr/{0}.svg", 200)]
    [TestCase("/api/v1/identifiers/{0}-absent", 404)]
    [TestCase("/{0}-absent", 404)]
    [TestCase("/healthz", 200)]
    [TestCase("/readyz", 200)]
    [TestCase("/", 200)]
    public async Task Head_AnswersLikeGetWithoutBody(string form, int status)
    {
        var target = string.Format(null, form, await Server.RegisterAsync());
        var get = await Server.RawAsync(target);

        using var connection = await Server.ConnectAsync();
        await connection.RequestAsync("HEAD", target);
        var head = await connection.ReadAsync(withoutBody: true);
        // What follows is the next answer, not a body.
        await connection.RequestAsync("GET", "/healthz");
        var next = await connection.ReadAsync();

        Assert.That((get.Status, head!.Status, next!.Text), Is.EqualTo((status, status, "ok\n")));
        Assert.That(head.Header("ETag"), Is.EqualTo(get.Header("ETag")));
        Assert.That(head.Header("Content-Type"), Is.EqualTo(get.Header("Content-Type")));
    }

    [Test]
    public async Task Head_OfAReadersCall_Answers200()
    {
        Assert.That(
            (await Server.SendAsync(Role.Reader, "HEAD", "/api/v1/search?template=part")).Status,
            Is.EqualTo(200)
        );
    }

    [Test]
    public async Task ETag_NamesLogVersionViewMediaLanguageAndRender()
    {
        var id = await Server.RegisterAsync();
        var tags = new List<string?>();
        foreach (var role in Enum.GetValues<Role>())
        {
            tags.Add((await Server.GetAsync(Route + id, role)).Header("ETag"));
        }
        tags.Add((await Server.GetAsync("/" + id, headers: [("Accept", "text/html")])).Header("ETag"));
        tags.Add(
            (await Server.GetAsync("/" + id, headers: [("Accept", "text/html"), ("Accept-Language", "zh")])).Header(
                "ETag"
            )
        );

        Assert.That(
            tags.Select(t => string.Join('-', t!.Split('-')[..2])),
            Has.All.EqualTo($"W/\"{Server.Node.Catalog.Current.Log!.Name.Number}-1")
        );
        Assert.That(
            tags.Select(t => string.Join('-', t!.Split('-')[2..5])),
            Is.EqualTo(
                new[]
                {
                    "public-json-x",
                    "partner-json-x",
                    "full-json-x",
                    "full-json-x",
                    "admin-json-x",
                    "public-json-x",
                    "public-html-en",
                    "public-html-zh",
                }
            )
        );
        Assert.That(tags.Select(t => t!.Split('-')[5]).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task ETag_OtherPublicUrlOrTemplateTexts_ChangesItsRender()
    {
        await using var node = await TestNode.StartAsync();
        var id = await node.RegisterAsync();
        async Task<string> TagAsync() =>
            (await node.GetAsync("/" + id, headers: [("Accept", "text/html")])).Header("ETag")!;
        var before = await TagAsync();

        node.Address.Url = "https://id.example.com";
        var otherUrl = await TagAsync();
        await node.SendAsync(Role.Admin, "POST", "/api/v1/templates/part/withdraw");
        var otherTexts = await TagAsync();

        Assert.That(new[] { before, otherUrl, otherTexts }, Is.Unique);
    }

    [TestCase("Asia/Shanghai", "text/html", true)]
    [TestCase("Europe/Berlin", "text/html", false)]
    [TestCase("Asia/Tokyo", "application/json", false)]
    public async Task ETag_OfAPlantInAnotherTimeZone_HasAnotherRender(string zone, string media, bool same)
    {
        async Task<string> RenderAsync(string plant)
        {
            await using var node = await TestNode.StartAsync(options => options.Plant.TimeZone = plant);
            node.Address.Url = "https://id.example.com";
            var id = await node.RegisterAsync();
            return (await node.GetAsync("/" + id, headers: [("Accept", media)])).Header("ETag")!.Split('-')[^1];
        }

        Assert.That(await RenderAsync(zone) == await RenderAsync("Asia/Shanghai"), Is.EqualTo(same));
    }

    [TestCase("{0}", 304)]
    [TestCase("*", 304)]
    [TestCase("\"x\", {0}", 304)]
    [TestCase("\"1\"", 200)]
    public async Task ConditionalGet_AnswersByTag(string form, int status)
    {
        var id = await Server.RegisterAsync();
        foreach (var (target, accept) in new[] { (Route + id, "*/*"), ("/" + id, "text/html") })
        {
            var first = await Server.GetAsync(target, headers: ("Accept", accept));
            foreach (var method in new[] { "GET", "HEAD" })
            {
                var again = await Server.SendAsync(
                    Role.Anonymous,
                    method,
                    target,
                    null,
                    ("Accept", accept),
                    ("If-None-Match", string.Format(null, form, first.Header("ETag")))
                );
                Assert.That(again.Status, Is.EqualTo(status), $"{method} {target}");
                Assert.That(again.Header("ETag"), Is.EqualTo(first.Header("ETag")));
                Assert.That(again.Header("Vary"), Does.Contain("Authorization").And.Contain("Accept-Language"));
                Assert.That(again.Body.Length == 0, Is.EqualTo(status == 304 || method == "HEAD"));
            }
        }
    }

    [Test]
    public async Task ConditionalGet_AfterAChange_Answers200()
    {
        var id = await Server.RegisterAsync();
        var first = await Server.GetAsync(Route + id);
        await Server.SendAsync(Role.Registrar, "PATCH", Route + id, """{"attributes":{"name":"new"}}""");

        var again = await Server.GetAsync(Route + id, headers: ("If-None-Match", first.Header("ETag")!));

        Assert.That((again.Status, again.Json.GetProperty("version").GetInt32()), Is.EqualTo((200, 2)));
    }

    [TestCase("gzip", "gzip")]
    [TestCase("br", "br")]
    [TestCase("gzip, br", "br")]
    [TestCase("identity", null)]
    [TestCase("gzip;q=0", null)]
    public async Task LargeAnswer_IsCompressedAsTheCallerTakesIt(string accept, string? encoding)
    {
        var name = new string('n', 1900);
        var id = await Server.RegisterAsync($$""" "attributes":{"name":"{{name}}"} """);
        for (var i = 0; i < 2; i++)
        {
            var answer = await Server.GetAsync(Route + id, headers: ("Accept-Encoding", accept));

            using var body = new MemoryStream(answer.Body);
            using Stream plain = encoding switch
            {
                "gzip" => new GZipStream(body, CompressionMode.Decompress),
                "br" => new BrotliStream(body, CompressionMode.Decompress),
                _ => body,
            };
            Assert.That(answer.Header("Content-Encoding"), Is.EqualTo(encoding));
            Assert.That(
                (await JsonSerializer.DeserializeAsync<JsonElement>(plain))
                    .GetProperty("attributes")
                    .GetProperty("name")
                    .GetString(),
                Is.EqualTo(name)
            );
            Assert.That(answer.Header("Vary"), Does.Contain("Accept-Encoding"));
        }
    }

    [Test]
    public async Task TemplatesOwnIdentifier_RedirectsToTheTemplate()
    {
        foreach (
            var target in new[] { Route + "88.300.1/META_part", "/88.300.1/meta_PART", "/r?id=88.300.1/META_part" }
        )
        {
            foreach (var accept in new[] { "application/json", "text/html" })
            {
                var answer = await Server.GetAsync(target, headers: ("Accept", accept));
                Assert.That(
                    (answer.Status, answer.Header("Location")),
                    Is.EqualTo((303, "/api/v1/templates/part")),
                    target
                );
            }
        }
    }

    [Test]
    public async Task Errors_CarryNeitherTagNorLastingCache()
    {
        foreach (var target in new[] { Route + Server.NewId(), "/" + Server.NewId(), "/api/v1/search", "/nothing" })
        {
            foreach (var accept in new[] { "application/json", "text/html" })
            {
                var answer = await Server.GetAsync(target, headers: ("Accept", accept));
                Assert.That(
                    (answer.Header("ETag"), answer.Header("Cache-Control")),
                    Is.EqualTo(((string?)null, "no-store")),
                    $"{target} {accept}"
                );
            }
        }
    }
}
