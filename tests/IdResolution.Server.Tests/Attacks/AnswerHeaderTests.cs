using System.Text;
using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Server.Pages;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Every answer on the HTTP listener has the headers that keep browsers from misusing it.</summary>
[TestFixture]
public sealed partial class AnswerHeaderTests : NodeFixture
{
    // No route is mapped for these: fast ways, the Handle protocol, what there is not, what is refused before routing.
    private static readonly (string Method, string Target)[] s_others =
    [
        ("GET", "/api/handles/ID"),
        ("GET", "/api/handles/ID?publicOnly=true"),
        ("GET", "/api/handles/88.300.1/absent"),
        ("GET", "/api/handles/ID?callback=f"),
        ("OPTIONS", "/api/handles/ID"),
        ("PUT", "/api/site"),
        ("GET", "/api/nowhere"),
        ("POST", "/api/sessions"),
        ("GET", "/api/v1/identifiers/88.300.1/absent"),
        ("GET", "/api/v1/identifiers/ID"),
        ("GET", "/ID"),
        ("GET", "/88.300.1/absent"),
        ("GET", "/nowhere"),
        ("POST", "/healthz"),
        ("PUT", "/ID"),
        ("GET", "/api/v1/identifiers/a/../b"),
        ("GET", "/docs/"),
        ("GET", "/docs/index.html"),
        ("GET", "/docs/swagger-ui.css"),
        ("GET", "/docs/nowhere"),
        ("GET", "/openapi/nowhere.json"),
    ];

    [Test]
    public async Task Answer_OfEveryRoute_HasTheHeaders()
    {
        var id = await Server.RegisterAsync();
        // Resolved once, so that the fast ways answer.
        await Server.GetAsync($"/api/v1/identifiers/{id}");
        var asked = new List<(string Method, string Target)>(s_others);
        foreach (
            var route in Server
                .Services.GetServices<EndpointDataSource>()
                .SelectMany(s => s.Endpoints)
                .OfType<RouteEndpoint>()
        )
        {
            var methods = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];
            var target = Parameter().Replace("/" + route.RoutePattern.RawText!.TrimStart('/'), "ID");
            asked.AddRange(methods.Select(m => (m, target)));
        }
        Assert.That(asked, Has.Count.GreaterThan(80));
        foreach (
            var (method, target) in asked
                .Distinct()
                .Where(a => !a.Target.Contains("shutdown", StringComparison.Ordinal))
        )
        {
            foreach (var role in new[] { Role.Anonymous, Role.Reader })
            {
                var headers = role == Role.Reader ? $"Authorization: Bearer {Server.KeyOf(role)}\r\n" : "";
                foreach (var accept in new[] { "", "Accept: text/html\r\n" })
                {
                    var answer = await Server.RawAsync(
                        target.Replace("ID", id, StringComparison.Ordinal),
                        method,
                        $"{headers}{accept}Content-Length: 0\r\n"
                    );
                    AssertHeaders(answer, $"{method} {target} as {role} {accept} is {answer.Status}");
                }
            }
        }
    }

    [Test]
    public async Task Answer_OfAFailure_HasTheHeaders()
    {
        Server.Log.Expect("RequestFailed");
        Server.Log.Expect("HandleHttpRequestFailed");
        await using var failing = await TestNode.StartAsync();
        var id = await failing.RegisterAsync();
        failing.Node.Store.Dispose();
        foreach (
            var target in new[] { $"/api/v1/history/{id}", "/api/v1/identifiers/88.300.1/x", "/api/handles/88.300.1/x" }
        )
        {
            var answer = await failing.RawAsync(
                target,
                headers: $"Authorization: Bearer {failing.KeyOf(Role.Admin)}\r\n"
            );
            Assert.That(answer.Status, Is.GreaterThanOrEqualTo(400), target);
            AssertHeaders(answer, $"{target} is {answer.Status}");
        }
    }

    [Test]
    public async Task Answer_ToAKey_IsStoredByNobodyElse()
    {
        var id = await Server.RegisterAsync();
        for (var i = 0; i < 2; i++)
        {
            // Slow, then fast. The client that reads the header sorts it.
            var open = await Server.GetAsync($"/api/v1/identifiers/{id}");
            var keyed = await Server.GetAsync($"/api/v1/identifiers/{id}", Role.Reader);
            Assert.That(
                (open.Header("Cache-Control"), keyed.Header("Cache-Control")),
                Is.EqualTo(("no-cache", "no-cache, private"))
            );
            var again = await Server.GetAsync(
                $"/api/v1/identifiers/{id}",
                Role.Reader,
                ("If-None-Match", keyed.Header("ETag")!)
            );
            Assert.That((again.Status, again.Header("Cache-Control")), Is.EqualTo((304, "no-cache, private")));
        }
        foreach (
            var target in new[]
            {
                $"/api/v1/history/{id}",
                "/api/v1/keys",
                "/api/v1/audit",
                "/api/v1/changes",
                "/api/v1/search?template=part",
                $"/api/v1/labels?id={id}",
                $"/api/v1/labels/{id}.zpl",
                "/api/v1/statistics",
            }
        )
        {
            var answer = await Server.GetAsync(target, Role.Admin);
            Assert.That(answer.Header("Cache-Control"), Is.EqualTo("no-store"), target);
        }
    }

    [Test]
    public async Task Transport_OverTls_IsAskedForAndNotOtherwise()
    {
        await using var node = await TlsNode.StartAsync();
        Assert.That((await node.Node.GetAsync("/healthz")).Header("Strict-Transport-Security"), Is.Null);
        using var handler = new SocketsHttpHandler { SslOptions = node.ClientOptions };
        using var client = new HttpClient(handler) { BaseAddress = node.Tls };
        foreach (var target in new[] { "/healthz", "/api/handles/88.300.1/x", "/docs/index.html", "/nowhere" })
        {
            using var answer = await client.GetAsync(new Uri(target, UriKind.Relative));
            Assert.That(
                answer.Headers.GetValues("Strict-Transport-Security"),
                Is.EqualTo(new[] { "max-age=31536000" }),
                target
            );
        }
    }

    [Test]
    [Category(Lane.Process)]
    public async Task Docs_InABrowser_WorksWithinItsPolicy()
    {
        if (!Tool.Exists("chromium"))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail("chromium is not on the path.");
            }
            Assert.Ignore("chromium is not on the path.");
        }
        using var profile = new TemporaryDirectory();

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
                "--virtual-time-budget=20000",
                "--dump-dom",
                $"http://{Server.EndPoint}/docs/index.html"
            )
        );

        Assert.That(exitCode, Is.Zero, errors);
        // Drawn by the page's script from the OpenAPI document that it fetched.
        var text = Encoding.UTF8.GetString(dom);
        Assert.That(text, Does.Contain("opblock-summary-path").And.Contain("/api/v1/identifiers:batch"));
    }

    private static void AssertHeaders(Answer answer, string what)
    {
        var isPage = answer.MediaType == "text/html";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Header("X-Content-Type-Options"), Is.EqualTo("nosniff"), what);
            Assert.That(answer.Header("Referrer-Policy"), Is.EqualTo("no-referrer"), what);
            Assert.That(answer.Header("Cross-Origin-Resource-Policy"), Is.AnyOf("same-origin", "cross-origin"), what);
            Assert.That(answer.Header("Cache-Control"), Is.Not.Null, what);
            Assert.That(answer.Header("Strict-Transport-Security"), Is.Null, what);
            Assert.That(
                (answer.Header("Server"), answer.Header("X-Powered-By")),
                Is.EqualTo(((string?)null, (string?)null)),
                what
            );
            Assert.That(
                answer.MediaType,
                answer.Body.Length == 0 ? Is.Null.Or.Not.Empty : Is.Not.Null.And.Not.Empty,
                what
            );
            if (answer.MediaType?.StartsWith("text/", StringComparison.Ordinal) == true)
            {
                Assert.That(answer.Header("Content-Type"), Does.Match("; ?charset=utf-8$"), what);
            }
            var policy = answer.Header("Content-Security-Policy");
            Assert.That(policy, Does.StartWith("default-src 'none'").And.Contain("frame-ancestors 'none'"), what);
            if (isPage)
            {
                Assert.That(answer.Header("X-Frame-Options"), Is.EqualTo("DENY"), what);
            }
            if (policy != ContentSecurityPolicy.LabelSheet)
            {
                Assert.That(policy, Does.Not.Contain("unsafe"), what);
            }
        }
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
