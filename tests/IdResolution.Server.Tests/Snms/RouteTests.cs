using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Tests.Snms;

/// <summary>Who may set which route, and what it may be (sheet 8.1).</summary>
[TestFixture]
public sealed class RouteTests : SnmsFixture
{
    private const string Own = Prefix + ".7";
    private const string Below = Own + ".A";
    private const string Other = Prefix + ".77";

    private readonly HandleTransport _transport = new();
    private string _token = "";

    [OneTimeSetUp]
    public async Task MakeEnterprisesAsync()
    {
        await IdentityAsync("enterprise", Password, prefix: Own);
        await IdentityAsync("department", Password, prefix: Below);
        await IdentityAsync("other", Password, prefix: Other);
        await IdentityAsync("machine", Password, prefix: Prefix);
        await IdentityAsync("reader", Password, Role.Reader, Own);
        await IdentityAsync("operator", Password, Role.Admin);
        _token = await TokenAsync("enterprise", Password);
    }

    [OneTimeTearDown]
    public void EndTransport() => _transport.Dispose();

    [Test]
    public async Task Route_OfTheSheet_IsKept()
    {
        const string Sheet = $$"""
            {"entPrefixConfig":{"entPrefix":"{{Other}}","hdlType":"HS_SITE","ipType":4,"ip":"203.0.113.10",
             "tcpPort":"2641","udpPort":"2641","httpPort":""} }
            """;
        var other = await TokenAsync("other", Password);

        var set = await CallAsync("POST", SnmsPaths.EntConfig, Sheet, other);
        var head = await Server.Node.Log.HeadAsync(default);
        var again = await CallAsync("POST", SnmsPaths.EntConfig, Sheet, other);

        Assert.That((set.Outcome, again.Outcome), Is.EqualTo(((1, Success), (1, Success))));
        Assert.That(set.Data.GetBoolean(), Is.True);
        Assert.That(await Server.Node.Log.HeadAsync(default), Is.EqualTo(head), "The same again changes nothing.");
        var route = RouteOf(Other)!;
        Assert.That(
            (route.Address, route.Tcp, route.Udp, route.Http, route.RedirectBase),
            Is.EqualTo(("203.0.113.10", 2641, 2641, 0, (string?)null))
        );
        var lines = (await Server.GetAsync("/api/v1/audit?action=route.save&limit=1000", Role.Admin)).Items;
        Assert.That(lines.Select(l => l.GetProperty("target").GetString()).Count(t => t == Other), Is.EqualTo(1));
    }

    [Test]
    public async Task Route_ChangedAllTheTime_WaitsAMinute()
    {
        const string Busy = Prefix + ".78";
        await IdentityAsync("busy", Password, prefix: Busy);
        var token = await TokenAsync("busy", Password);
        for (var i = 0; i < 10; i++)
        {
            Assert.That((await SetAsync(token, Busy, "198.51.100.1", 2641 + i)).Status, Is.EqualTo(1));
        }

        var refused = await SetAsync(token, Busy, "198.51.100.1", 3000);
        var same = await SetAsync(token, Busy, "198.51.100.1", 2650);
        var byAdmin = await SetAsync(await TokenAsync("operator", Password), Busy, "198.51.100.2", 2641);

        Assert.That((refused.Status, same.Status, byAdmin.Status), Is.EqualTo((-4, 1, 1)));
        Assert.That(refused.Message, Does.Contain("每分钟"));
    }

    [TestCase("enterprise", Own, 1)]
    [TestCase("enterprise", Below, 1)]
    [TestCase("enterprise", Other, -3)]
    [TestCase("enterprise", Prefix, -3)]
    [TestCase("enterprise", "88.300", -3)]
    [TestCase("enterprise", Own + ".NOT-HOMED", -3)]
    [TestCase("enterprise", "0.NA", -3)]
    [TestCase("enterprise", "no prefix", -3)]
    [TestCase("department", Own, -3)]
    [TestCase("machine", Prefix, -3)]
    [TestCase("machine", Own, -3)]
    [TestCase("reader", Own, -3)]
    [TestCase(User, Prefix, -3)]
    [TestCase(User, Own, -3)]
    [TestCase("operator", Own, 1)]
    [TestCase("operator", "77.1", -3)]
    public async Task Route_ByAnIdentity_IsSetForItsOwnPrefixAlone(string user, string prefix, int status)
    {
        var before = RouteOf(prefix);

        var answer = await SetAsync(await TokenAsync(user, Password), prefix, "198.51.100.1", 2641);

        Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
        if (status != 1)
        {
            Assert.That(RouteOf(prefix), Is.EqualTo(before));
        }
    }

    [TestCase("""{"entPrefixConfig":{}}""", "entPrefixConfig.entPrefix")]
    [TestCase("{}", "entPrefixConfig.entPrefix")]
    [TestCase("""{"proxyServerId":-1,"entPrefixConfig":{"entPrefix":"88.300.1.7"}}""", "proxyServerId")]
    [TestCase("""{"proxyServerId":"x","entPrefixConfig":{"entPrefix":"88.300.1.7"}}""", "proxyServerId")]
    [TestCase("""{"entPrefixConfig":[]}""", "entPrefixConfig")]
    public async Task Body_ThatMissesSomething_IsRefusedByName(string body, string named)
    {
        var answer = await CallAsync("POST", SnmsPaths.EntConfig, body, _token);

        Assert.That((answer.Status, answer.Message), Is.EqualTo((-2, answer.Message)));
        Assert.That(answer.Message, Does.Contain(named));
    }

    [TestCase("hdlType", "\"HS_SERV\"")]
    [TestCase("hdlType", "null")]
    [TestCase("ipType", "5")]
    [TestCase("ipType", "\"x\"")]
    [TestCase("ip", "\"\"")]
    [TestCase("ip", "\"evil.example\"")]
    [TestCase("ip", "\"127.1\"")]
    [TestCase("ip", "\"0x7f000001\"")]
    [TestCase("ip", "\"0.0.0.0\"")]
    [TestCase("ip", "\"255.255.255.255\"")]
    [TestCase("ip", "\"224.0.0.1\"")]
    [TestCase("ip", "\"203.0.113.10:80\"")]
    [TestCase("ip", "\"203.0.113.10\\r\\nX: y\"")]
    [TestCase("ip", "\"user@203.0.113.10\"")]
    [TestCase("ip", "\"2001:db8::1\"")]
    [TestCase("ip", "17")]
    [TestCase("tcpPort", "\"0\"")]
    [TestCase("udpPort", "65536")]
    [TestCase("httpPort", "\"-80\"")]
    [TestCase("httpPort", "\"80/x\"")]
    [TestCase("httpPort", "80.5")]
    public async Task Member_ThatIsWrong_IsRefusedByName(string member, string value)
    {
        var given = new Dictionary<string, string>
        {
            ["entPrefix"] = $"\"{Own}\"",
            ["hdlType"] = "\"HS_SITE\"",
            ["ipType"] = "4",
            ["ip"] = "\"203.0.113.10\"",
            ["tcpPort"] = "2641",
            [member] = value,
        };
        var body = string.Join(',', given.Select(g => $"\"{g.Key}\":{g.Value}"));
        var before = RouteOf(Own);

        var answer = await CallAsync("POST", SnmsPaths.EntConfig, "{\"entPrefixConfig\":{" + body + "}}", _token);

        Assert.That(answer.Status, Is.EqualTo(-2), answer.ToString());
        Assert.That(answer.Message, Does.Contain(member));
        Assert.That(RouteOf(Own), Is.EqualTo(before));
    }

    [TestCase("::1")]
    [TestCase("::ffff:203.0.113.10")]
    [TestCase("ff02::1")]
    [TestCase("fe80::1%1")]
    [TestCase("[2001:db8::1]")]
    public async Task Address_OfIpv6ThatIsNoHosts_IsRefused(string address)
    {
        var answer = await CallAsync("POST", SnmsPaths.EntConfig, Config(Own, address, 2641, type: 6), _token);

        Assert.That(answer.Message, Does.Contain("entPrefixConfig.ip"));
    }

    [Test]
    public async Task Route_WithoutAPort_IsRefused()
    {
        var answer = await CallAsync(
            "POST",
            SnmsPaths.EntConfig,
            $$"""{"entPrefixConfig":{"entPrefix":"{{Own}}","hdlType":"HS_SITE","ipType":"4","ip":"203.0.113.10"} }""",
            _token
        );

        Assert.That((answer.Status, answer.Message), Is.EqualTo((-2, answer.Message)));
        Assert.That(answer.Message, Does.Contain("至少"));
    }

    [Test]
    public async Task Route_ToThisNodeItself_IsRefused()
    {
        foreach (var port in new[] { Server.HandleEndPoint.Port, Server.EndPoint.Port })
        {
            var body =
                port == Server.EndPoint.Port ? Config(Own, "127.0.0.1", http: port) : Config(Own, "127.0.0.1", port);
            var answer = await CallAsync("POST", SnmsPaths.EntConfig, body, _token);

            Assert.That(answer.Outcome, Is.EqualTo((-2, "entPrefixConfig.ip不能是本节点自身的地址")));
        }
    }

    /// <summary>The protocol knows no URL: what an admin gave must not become http to an address by its next telling.</summary>
    [TestCase("https://id.example.com", "203.0.113.20", true)]
    [TestCase("https://203.0.113.10", "203.0.113.10", true)]
    [TestCase("https://203.0.113.10", "203.0.113.20", false)]
    public async Task Url_OfAnAdmin_StaysWhereItNamesAHostOrTheAddressIsTheSame(string url, string told, bool stays)
    {
        const string P = Prefix + ".11";
        await IdentityAsync("named-" + Server.NewId().Split('/')[1], Password, prefix: P);
        var token = await TokenAsync("operator", Password);
        await SetAsync(token, P, "203.0.113.10", 2641, 8080);
        var body = $$"""{"address":"203.0.113.10","tcp":2641,"http":8080,"url":"{{url}}"}""";
        var given = await Server.SendAsync(Role.Admin, "PUT", $"/api/v1/enterprises/{P}/route", body);
        Assert.That(given.Status, Is.EqualTo(200), given.ToString());

        var set = await SetAsync(token, P, told, 2642, 8080);
        var head = await Server.Node.Log.HeadAsync(default);
        var again = await SetAsync(token, P, told, 2642, 8080);

        Assert.That((set.Outcome, again.Outcome), Is.EqualTo(((1, Success), (1, Success))));
        Assert.That(
            await Server.Node.Log.HeadAsync(default),
            Is.EqualTo(head),
            "The next day's telling changes nothing."
        );
        var route = RouteOf(P)!;
        Assert.That((route.Address, route.Tcp, route.Url), Is.EqualTo((told, 2642, stays ? url : null)));
        var sent = await Server.GetAsync($"/{P}/X");
        Assert.That(sent.Header("Location"), Is.EqualTo($"{(stays ? url : $"http://{told}:8080")}/{P}/X"));

        await CallAsync("POST", SnmsPaths.EntConfig, Hosted(P), token);
        Assert.That((RouteOf(P)!.Host, RouteOf(P)!.Url), Is.EqualTo((7L, (string?)null)));
    }

    [Test]
    public async Task Route_OfIpv6_RedirectsWithBrackets()
    {
        await IdentityAsync("six", Password, prefix: Prefix + ".6");
        var token = await TokenAsync("six", Password);

        var set = await CallAsync(
            "POST",
            SnmsPaths.EntConfig,
            Config(Prefix + ".6", "2001:db8::1", http: 8080, type: 6),
            token
        );

        Assert.That(set.Outcome, Is.EqualTo((1, Success)));
        var sent = await Server.GetAsync($"/{Prefix}.6/X");
        Assert.That(sent.Header("Location"), Is.EqualTo($"http://[2001:db8::1]:8080/{Prefix}.6/X"));
    }

    [Test]
    public async Task Key_Revoked_SetsNothingAndItsRouteStays()
    {
        var key = await IdentityAsync("leaving", Password, prefix: Prefix + ".8");
        var token = await TokenAsync("leaving", Password);
        await SetAsync(token, Prefix + ".8", "198.51.100.8", 2641);

        await Server.Node.Keys.RevokeAsync(key.Id, Caller.Node, CancellationToken.None);
        var after = await SetAsync(token, Prefix + ".8", "198.51.100.9", 2641);

        Assert.That(after.Outcome, Is.EqualTo((-1, "没有登录")));
        Assert.That(RouteOf(Prefix + ".8")!.Address, Is.EqualTo("198.51.100.8"));
    }

    /// <summary>A cached record, in every form, must not outlive the answer that a route was set.</summary>
    [Test]
    public async Task Route_SetWhileRequestsRun_HoldsFromItsAnswerOn()
    {
        const string P = Prefix + ".9";
        await IdentityAsync("moving", Password, prefix: P);
        var token = await TokenAsync("operator", Password);
        var id = await Server.RegisterAsync(identifier: P + "/X");
        var handles = new HandleClient(_transport, HandleServer.At(Server.HandleEndPoint) with { UdpPort = null });
        var tag = (await Server.GetAsync("/" + id)).Header("ETag")!;
        Assert.That((await handles.ResolveAsync(id, HandleQuery.All, default)).Code, Is.EqualTo(ResponseCode.Success));
        using var stop = new CancellationTokenSource();
        var running = Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskAsync(id, stop.Token))).ToArray();
        for (var round = 0; round < 10; round++)
        {
            var port = 4_000 + round;

            Assert.That((await SetAsync(token, P, "198.51.100.9", port, port)).Status, Is.EqualTo(1));
            await AnswersAsync(307, ResponseCode.ServiceReferral, $"http://198.51.100.9:{port}/{id}");

            Assert.That((await CallAsync("POST", SnmsPaths.EntConfig, Hosted(P), token)).Status, Is.EqualTo(1));
            await AnswersAsync(304, ResponseCode.Success, null);
        }
        await stop.CancelAsync();
        await Task.WhenAll(running);

        async Task AnswersAsync(int status, ResponseCode code, string? location)
        {
            var page = await Server.GetAsync("/" + id, headers: ("If-None-Match", tag));
            Assert.That((page.Status, page.Header("Location")), Is.EqualTo((status, location)));
            Assert.That((await handles.ResolveAsync(id, HandleQuery.All, default)).Code, Is.EqualTo(code));
            Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id)).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task Route_OfAPrefixThatIsUnhomed_IsOver()
    {
        const string P = Prefix + ".10";
        await IdentityAsync("gone", Password, prefix: P);
        await SetAsync(await TokenAsync("gone", Password), P, "198.51.100.9", 2641, 80);
        Assert.That((await Server.GetAsync($"/{P}/X")).Status, Is.EqualTo(307));

        await Server.Node.Prefixes.UnhomeAsync(
            Core.Identifiers.Prefix.TryParse(P, out var prefix) ? prefix : throw new InvalidOperationException(),
            Caller.Node,
            CancellationToken.None
        );

        Assert.That((await Server.GetAsync($"/{P}/X")).Status, Is.EqualTo(404));
    }

    private async Task AskAsync(string id, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Assert.That((await Server.GetAsync("/" + id)).Status, Is.AnyOf(200, 307));
        }
    }

    private PrefixRoute? RouteOf(string prefix) =>
        Server.Node.Catalog.Current.Routes.GetValueOrDefault(PrefixRoute.CodeOf(prefix));

    private Task<SnmsAnswer> SetAsync(string token, string prefix, string address, int tcp, int? http = null) =>
        CallAsync("POST", SnmsPaths.EntConfig, Config(prefix, address, tcp, http), token);

    private static object Hosted(string prefix) =>
        new { proxyServerId = 7, entPrefixConfig = new { entPrefix = prefix } };

    private static object Config(string prefix, string address, int? tcp = null, int? http = null, int type = 4) =>
        new
        {
            entPrefixConfig = new
            {
                entPrefix = prefix,
                hdlType = "HS_SITE",
                ipType = type,
                ip = address,
                tcpPort = tcp?.ToString() ?? "",
                udpPort = "",
                httpPort = http,
            },
        };
}
