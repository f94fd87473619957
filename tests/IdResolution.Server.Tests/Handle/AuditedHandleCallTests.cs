using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Http;
using IdResolution.Server.Tests.Attacks;
using IdResolution.Server.Tests.Rest;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Handle;

/// <summary>
/// What each route of the Handle protocol's JSON interface leaves in the audit log where it is done, where it is
/// denied, and where it fails.
/// </summary>
[TestFixture]
public sealed class AuditedHandleCallTests
{
    private const string Prefix = TestNode.Prefix;
    private const string Secret = "secret of the audited";
    private const string Proof = "handle.authenticate";

    private static readonly ValueReference s_admin = new($"{Prefix}/ADMIN", 300);
    private static readonly ValueReference s_stranger = new($"{Prefix}/STRANGER", 300);

    /// <summary>
    /// Each call: what it writes, or in brackets why nothing; what its denial is called, or in brackets why there is
    /// none; a request that is done; what it is about; one that fails. ID is a handle, NEW one that is not there yet,
    /// HOMED and FREE are prefixes. A new call needs a line.
    /// </summary>
    private static readonly Dictionary<string, Call> s_calls = new()
    {
        ["GET|HEAD|POST /api/handles"] = new(
            "(reads)",
            "handle list",
            $"/api/handles?prefix={Prefix}",
            $"0.NA/{Prefix}",
            "/api/handles?prefix=99.99"
        ),
        ["GET|HEAD|POST /api/handles/{**handle}"] = new(
            "(reads)",
            "(values for administrators are not asked for)",
            "/api/handles/ID",
            "ID",
            "/api/handles/NEW"
        ),
        ["PUT /api/handles/{**handle}"] = new(
            "(in the change log)",
            "handle register",
            "/api/handles/NEW",
            "NEW",
            "/api/handles/ID?overwrite=false"
        ),
        ["PUT /api/handles/{**handle} values"] = new(
            "(in the change log)",
            "handle update",
            "/api/handles/ID?index=various",
            "ID",
            "/api/handles/NEW?index=various"
        ),
        ["DELETE /api/handles/{**handle}"] = new(
            "(in the change log)",
            "handle revoke",
            "/api/handles/ID",
            "ID",
            "/api/handles/NEW"
        ),
        ["DELETE /api/handles/{**handle} values"] = new(
            "(in the change log)",
            "handle update",
            "/api/handles/ID?index=1",
            "ID",
            "/api/handles/ID?index=99"
        ),
        ["GET|HEAD|POST /api/prefixes"] = new("(reads)", "handle prefix", "/api/prefixes", "", null),
        ["POST /api/prefixes/{**prefix}"] = new(
            "prefix.home FREE",
            "handle prefix",
            "/api/prefixes/FREE",
            "0.NA/FREE",
            "/api/prefixes/88.300.1/x"
        ),
        ["DELETE /api/prefixes/{**prefix}"] = new(
            "prefix.unhome HOMED",
            "handle prefix",
            "/api/prefixes/HOMED",
            "0.NA/HOMED",
            "/api/prefixes/99.99"
        ),
        ["GET|HEAD|POST /api/site"] = new("(for everyone)", "(for everyone)", "/api/site", "", null),
        ["GET|HEAD|POST /api/verifications/{**user}"] = new(
            "(the proof of somebody else)",
            "(says no, which is a line)",
            "VERIFIED",
            "",
            "/api/verifications/none"
        ),
        ["POST /api/sessions"] = new("(gives no right)", "(for everyone)", "/api/sessions", "", null),
        ["GET|HEAD|POST|PUT /api/sessions/this"] = new(
            "(gives no right)",
            "(for everyone)",
            "/api/sessions/this",
            "",
            null
        ),
        ["DELETE /api/sessions/this"] = new(
            "(takes no right from others)",
            "(for everyone)",
            "/api/sessions/this",
            "",
            null
        ),
    };

    private TlsNode _tls = null!;
    private AuditTrail _trail = null!;
    private int _named;

    private TestNode Server => _tls.Node;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _tls = await TlsNode.StartAsync(options => options.HandleAdmins = [s_admin.ToString()]);
        _trail = new AuditTrail(Server);
        foreach (var user in new[] { s_admin, s_stranger })
        {
            await Server.SendAsync(
                Role.Admin,
                "POST",
                "/api/v1/identifiers",
                $$"""{"identifier":"{{user.Handle}}","values":[{"index":300,"type":"HS_SECKEY","data":"{{Secret}}"}]}"""
            );
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }
    }

    [TearDown]
    public void AssertQuiet() => Server.Log.AssertQuiet();

    [Test]
    public void EveryCall_IsInTheTable()
    {
        var listed = Server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(route => (Route: route, Call: route.Metadata.GetMetadata<HttpEndpoint>()))
            .Where(e => e.Call is { IsOtherMethod: false })
            .SelectMany(e =>
            {
                var name = $"{string.Join('|', e.Call!.Methods)} {e.Route.RoutePattern.RawText}";
                return e.Call.OperationOnValues is null ? [name] : new[] { name, name + " values" };
            });

        Assert.That(s_calls.Keys, Is.EquivalentTo(listed));
    }

    [TestCaseSource(nameof(Calls))]
    public async Task Call_Done_LeavesItsActOrNothing(string method, string name)
    {
        var (act, _, target, _, _) = await FilledAsync(s_calls[name]);

        var (answer, lines) = await CallAsync(method, target, await SessionAsync(s_admin));

        Assert.That(answer.Status, Is.InRange(200, 299), answer.ToString());
        Assert.That(
            lines.Select(l => $"{l.Kind} {l.Outcome} {l.Action} {l.Target}"),
            Is.EqualTo(act[0] == '(' ? [] : new[] { $"Act done {act}" })
        );
        AssertOrigin(lines, s_admin.ToString());
    }

    [TestCaseSource(nameof(Calls))]
    public async Task Call_DeniedToSomebodyKnown_LeavesOneDenial(string method, string name)
    {
        var (_, denial, target, about, _) = await FilledAsync(s_calls[name]);

        var (answer, lines) = await CallAsync(method, target, await SessionAsync(s_stranger));

        Assert.That(answer.Status, denial[0] == '(' ? Is.InRange(200, 299) : Is.EqualTo(403), answer.ToString());
        Assert.That(
            lines.Select(l => $"{l.Kind} {l.Outcome} {l.Action} {l.Target}"),
            Is.EqualTo(denial[0] == '(' ? [] : new[] { $"Denial Forbidden {denial} {about}" })
        );
        AssertOrigin(lines, s_stranger.ToString());
    }

    [TestCaseSource(nameof(Calls))]
    public async Task Call_FailedOrAskedForByNobody_LeavesNothing(string method, string name)
    {
        var (_, denial, target, _, fails) = await FilledAsync(s_calls[name]);
        if (fails is not null)
        {
            var (failed, lines) = await CallAsync(method, fails, await SessionAsync(s_admin));
            Assert.That(failed.Status, Is.GreaterThanOrEqualTo(400), failed.ToString());
            Assert.That(lines.Select(l => l.Action), Is.Empty);
        }
        if (denial[0] != '(')
        {
            var (asked, lines) = await CallAsync(method, target, null);
            Assert.That(asked.Status, Is.EqualTo(401), "a challenge");
            Assert.That(lines.Select(l => l.Action), Is.Empty);
        }
    }

    [Test]
    public async Task Proof_OverASession_IsOneLineRightOrWrong([Values(Secret, "wrong", "*")] string secret)
    {
        var session = (await Server.SendAsync((string?)null, "POST", "/api/sessions")).Json;
        var authorization = Answered(session, s_admin, secret);
        authorization =
            secret == "*"
                ? authorization.Replace("signature=\"", "signature=\"*", StringComparison.Ordinal)
                : authorization;

        var (answer, lines) = await CallAsync("GET", "/api/prefixes", authorization);

        AssertProof(lines, answer, secret == Secret);
        if (secret == Secret)
        {
            // The session speaks for its owner from now on, and that is no proof.
            var id = session.GetProperty("sessionId").GetString();
            (answer, lines) = await CallAsync("GET", "/api/prefixes", $"Handle sessionId=\"{id}\"");
            Assert.That((answer.Status, lines.Count), Is.EqualTo((200, 0)));
        }
    }

    [Test]
    public async Task Proof_ByPassword_IsOneLineRightOrWrong([Values(Secret, "wrong")] string secret)
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"300%3A{s_admin.Handle}:{secret}"));

        var (answer, lines) = await CallOverTlsAsync("/api/prefixes", "Basic " + basic);

        AssertProof(lines, answer, secret == Secret);
    }

    [Test]
    public async Task Password_InTheClear_IsOneDenial()
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"300%3A{s_admin.Handle}:{Secret}"));

        var (answer, lines) = await CallAsync("GET", "/api/prefixes", "Basic " + basic);

        Assert.That(answer.Status, Is.GreaterThanOrEqualTo(400));
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Outcome)),
            Is.EqualTo([(AuditKind.Denial, "handle prefix", "AuthenticationFailed")])
        );
        AssertOrigin(lines, "anonymous");
    }

    [Test]
    public async Task Verification_IsNoProofOfWhoAsks([Values(Secret, "wrong")] string secret)
    {
        var (answer, lines) = await CallAsync("GET", Verification(secret), null);

        Assert.That(answer.Json.GetProperty("verified").GetBoolean(), Is.EqualTo(secret == Secret));
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Target, l.Outcome)),
            secret == Secret
                ? Is.Empty
                : Is.EqualTo([(AuditKind.Denial, "handle.verify", s_admin.Handle, "AuthenticationFailed")])
        );
        AssertOrigin(lines, "anonymous");
    }

    [Test]
    public async Task Rights_ChangedOverEachCall_LeaveOneAct()
    {
        var handle = Server.NewId();
        var session = await SessionAsync(s_admin);
        const string Plain = """{"index":1,"type":"URL","data":{"format":"string","value":"x"}}""";
        const string Granting =
            """{"index":300,"type":"HS_SECKEY","data":{"format":"string","value":"theirs and theirs"}}""";
        foreach (
            var (method, query, body, changes) in new[]
            {
                ("PUT", "", $"[{Plain},{Granting}]", true),
                ("PUT", "?index=various", Plain, false),
                ("PUT", "?index=300", Granting.Replace("theirs and", "another", StringComparison.Ordinal), true),
                ("DELETE", "?index=300", null, true),
                ("DELETE", "?index=1", null, false),
                ("PUT", "?index=300", Granting, true),
                ("DELETE", "", null, true),
            }
        )
        {
            var (answer, lines) = await CallAsync(method, $"/api/handles/{handle}{query}", session, body);

            Assert.That(answer.Status, Is.InRange(200, 299), answer.ToString());
            Assert.That(
                lines.Select(l => $"{l.Kind} {l.Action} {l.Target}"),
                Is.EqualTo(changes ? [$"Act record.rights {handle}"] : Array.Empty<string>()),
                $"{method} {query}"
            );
            AssertOrigin(lines, s_admin.ToString());
        }
    }

    private static IEnumerable<TestCaseData> Calls() =>
        from call in s_calls.Keys
        from method in call.Split(' ')[0].Split('|')
        select new TestCaseData(method, call);

    private static string Verification(string secret)
    {
        var (nonce, clientNonce) = ("nonce of another server"u8.ToArray(), "and of its client"u8.ToArray());
        var mac = KeyedDigest.Make(KeyedDigestKind.HmacSha256, Encoding.UTF8.GetBytes(secret), nonce, clientNonce);
        return $"/api/verifications/{s_admin}?alg=HMAC-SHA256&"
            + string.Join(
                '&',
                new[] { ("nonce", nonce), ("cnonce", clientNonce), ("signature", mac) }.Select(p =>
                    $"{p.Item1}={Uri.EscapeDataString(Convert.ToBase64String(p.Item2))}"
                )
            );
    }

    private static string Answered(JsonElement session, ValueReference user, string secret)
    {
        var clientNonce = RandomNumberGenerator.GetBytes(16);
        var mac = KeyedDigest.Make(
            KeyedDigestKind.HmacSha256,
            Encoding.UTF8.GetBytes(secret),
            session.GetProperty("nonce").GetBytesFromBase64(),
            clientNonce
        );
        return $"Handle sessionId=\"{session.GetProperty("sessionId").GetString()}\", "
            + $"id=\"{Uri.EscapeDataString(user.ToString())}\", type=\"HS_SECKEY\", alg=\"HMAC-SHA256\", "
            + $"cnonce=\"{Convert.ToBase64String(clientNonce)}\", signature=\"{Convert.ToBase64String(mac)}\"";
    }

    private void AssertProof(List<AuditEvent> lines, Answer answer, bool isRight)
    {
        Assert.That(answer.Status, isRight ? Is.EqualTo(200) : Is.AnyOf(401, 403), answer.ToString());
        Assert.That(
            lines.Select(l => (l.Kind, l.Action, l.Target, l.Outcome)),
            Is.EqualTo([
                isRight
                    ? (AuditKind.Act, Proof, s_admin.Handle, "done")
                    : (AuditKind.Denial, Proof, s_admin.Handle, "AuthenticationFailed"),
            ])
        );
        AssertOrigin(lines, isRight ? s_admin.ToString() : "anonymous");
    }

    private void AssertOrigin(List<AuditEvent> lines, string caller)
    {
        foreach (var line in lines)
        {
            Assert.That(
                (line.Caller, line.Source, line.Trace, line.Count),
                Is.EqualTo((caller, "127.0.0.1", _trail.Trace, 1L))
            );
            Assert.That(line.Node, Is.Not.Empty);
        }
    }

    /// <summary>A session that belongs to a user.</summary>
    private async Task<string> SessionAsync(ValueReference user)
    {
        var session = (await Server.SendAsync((string?)null, "POST", "/api/sessions")).Json;
        var proved = await Server.SendAsync(
            (string?)null,
            "PUT",
            "/api/sessions/this",
            (string?)null,
            ("Authorization", Answered(session, user, Secret))
        );
        Assert.That(proved.Status, Is.EqualTo(200), proved.ToString());
        return $"Handle sessionId=\"{session.GetProperty("sessionId").GetString()}\"";
    }

    private async Task<(Answer Answer, List<AuditEvent> Lines)> CallAsync(
        string method,
        string target,
        string? authorization,
        string? body = null
    )
    {
        body ??=
            method == "PUT" && target.StartsWith("/api/handles", StringComparison.Ordinal)
                ? """[{"index":1,"type":"URL","data":{"format":"string","value":"y"}}]"""
                : null;
        await _trail.BeginAsync();
        var headers = new List<(string, string)> { _trail.Header };
        // A verification is asked for by another server, which has no identity here.
        if (authorization is not null && !target.StartsWith("/api/verifications", StringComparison.Ordinal))
        {
            headers.Add(("Authorization", authorization));
        }
        var answer = await Server.SendAsync((string?)null, method, target, body, [.. headers]);
        return (answer, await _trail.LinesAsync());
    }

    private async Task<(Answer Answer, List<AuditEvent> Lines)> CallOverTlsAsync(string target, string authorization)
    {
        using var handler = new SocketsHttpHandler { SslOptions = _tls.ClientOptions };
        using var client = new HttpClient(handler) { BaseAddress = _tls.Tls };
        await _trail.BeginAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(target, UriKind.Relative));
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        request.Headers.Add(_trail.Header.Name, _trail.Header.Value);
        using var response = await client.SendAsync(request);
        return (await Answer.OfAsync(response), await _trail.LinesAsync());
    }

    /// <summary>Makes what a call names.</summary>
    private async Task<Call> FilledAsync(Call call)
    {
        var names = new Dictionary<string, string> { ["VERIFIED"] = Verification(Secret), ["NEW"] = Server.NewId() };
        if (call.Done.Contains("ID", StringComparison.Ordinal) || call.Fails?.Contains("ID") == true)
        {
            names["ID"] = await Server.RegisterAsync(
                """ "values":[{"index":1,"type":"URL","data":"x"}],"attributes":{"name":"n"} """
            );
        }
        foreach (var prefix in new[] { "HOMED", "FREE" })
        {
            names[prefix] = $"88.500.{++_named}";
            if (prefix == "HOMED" && call.Done.Contains(prefix, StringComparison.Ordinal))
            {
                await Server.SendAsync(
                    (string?)null,
                    "POST",
                    $"/api/prefixes/{names[prefix]}",
                    (string?)null,
                    ("Authorization", await SessionAsync(s_admin))
                );
            }
        }
        string? Fill(string? text) =>
            names.Aggregate(text, (filled, name) => filled?.Replace(name.Key, name.Value, StringComparison.Ordinal));
        return new Call(Fill(call.Act)!, Fill(call.Denial)!, Fill(call.Done)!, Fill(call.About)!, Fill(call.Fails));
    }

    private sealed record Call(string Act, string Denial, string Done, string About, string? Fails);
}
