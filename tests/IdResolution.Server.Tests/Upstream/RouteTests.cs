using System.Diagnostics;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Upstream;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>
/// A node of an enterprise, its secondary node, which is one of ours and sends resolvers on to it, and a third node
/// that resolves by way of the secondary one.
/// </summary>
[TestFixture]
internal sealed class RouteTests
{
    private const string Secret = "a-secret-of-12-bytes";
    private const string Above = "88.300";
    private const string Prefix = TestNode.Prefix;

    private readonly HandleTransport _transport = new();
    private TemporaryDirectory _directory = null!;
    private TestNode _upper = null!;
    private TestNode _node = null!;
    private TestNode _third = null!;
    private string _id = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _directory = new TemporaryDirectory();
        var secret = Path.Combine(_directory.Path, "secret");
        await File.WriteAllTextAsync(secret, Secret + "\n");
        _upper = await TestNode.StartAsync(options => options.Prefixes = [Above]);
        var made = await _upper.Node.Keys.CreateAsync(
            new NewKey(Role.Registrar, "factory", null, null, Prefix, Secret),
            Caller.Node,
            CancellationToken.None
        );
        Assert.That(made.IsOk, Is.True);
        _node = await TestNode.StartAsync(options =>
        {
            options.Upstream.Url = $"http://{_upper.EndPoint}";
            options.Upstream.User = "factory";
            options.Upstream.SecretFile = secret;
            options.Upstream.Share = UpstreamShare.Identifier;
            options.Upstream.Route = UpstreamRouteKind.Own;
        });
        _third = await TestNode.StartAsync(options =>
        {
            options.Prefixes = ["88.301"];
            options.Foreign.Roots = [_upper.HandleEndPoint.ToString()];
            options.Foreign.Allowed = ["127.0.0.1"];
        });
        _id = await _node.RegisterAsync(""" "attributes":{"name":"from the factory"} """);
        await InStepAsync();
        Assert.That(() => Route is not null, Is.True.After(20_000, 50), () => $"{_node.Log}\n{_upper.Log}");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _third.DisposeAsync();
        await _node.DisposeAsync();
        await _upper.DisposeAsync();
        _transport.Dispose();
        _directory.Dispose();
    }

    [Test]
    public void Route_ToldByTheNodeBelow_IsItsAddressAndPorts()
    {
        Assert.That(
            (Route!.Address, Route.Tcp, Route.Http, Route.Url, Route.Host),
            Is.EqualTo(("127.0.0.1", _node.HandleEndPoint.Port, _node.EndPoint.Port, (string?)null, (long?)null))
        );
        Assert.That(Route.Udp, Is.Positive);
    }

    [TestCase("GET", "text/html")]
    [TestCase("GET", "application/json")]
    [TestCase("HEAD", "text/html")]
    public async Task Page_OfAPrefixWithARoute_IsAtTheEnterprisesNode(string method, string accept)
    {
        var sent = await _upper.SendAsync(Role.Anonymous, method, "/" + _id, null, ("Accept", accept));

        Assert.That(sent.Status, Is.EqualTo(307));
        Assert.That(sent.Header("Location"), Is.EqualTo($"http://{_node.EndPoint}/{_id}"));
        Assert.That((sent.Body, sent.Header("ETag")), Is.EqualTo((Array.Empty<byte>(), (string?)null)));
        Assert.That(sent.Header("Cache-Control"), Does.Contain("no-store"));
        var there = await _node.GetAsync(new Uri(sent.Header("Location")!).PathAndQuery);
        Assert.That(
            there.Json.GetProperty("attributes").GetProperty("name").GetString(),
            Is.EqualTo("from the factory")
        );
    }

    [Test]
    public async Task Page_FollowedByAStockClient_IsTheEnterprises()
    {
        using var curl = Process.Start(
            new ProcessStartInfo("curl", ["-sSL", "--max-time", "20", $"http://{_upper.EndPoint}/{_id}"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var text = await curl.StandardOutput.ReadToEndAsync(Stop);
        await curl.WaitForExitAsync(Stop);

        Assert.That(JsonDocument.Parse(text).RootElement.GetProperty("identifier").GetString(), Is.EqualTo(_id));
        Assert.That(text, Does.Contain("from the factory"));
    }

    [TestCase($"/{Prefix}/%e6%b3%b5", $"/{Prefix}/%E6%B3%B5")]
    [TestCase($"/{Prefix}/a%0d%0aSet-Cookie:x=1", null)]
    [TestCase($"/{Prefix}/a%3fb%23c%25", $"/{Prefix}/a%3Fb%23c%25")]
    [TestCase($"/{Prefix}/..%2f..%2fadmin", "/r?id=88.300.1%2F..%2F..%2Fadmin")]
    [TestCase($"/{Prefix}/../admin", null)]
    [TestCase($"/r?id={Prefix}/a/../b", $"/r?id=88.300.1%2Fa%2F..%2Fb")]
    [TestCase($"/r?id={Prefix}%2Fx&lang=zh", $"/{Prefix}/x")]
    [TestCase($"/{Prefix}//evil.example/x", $"/r?id=88.300.1%2F%2Fevil.example%2Fx")]
    [TestCase($"/{Prefix}/@evil.example", $"/{Prefix}/@evil.example")]
    [TestCase($"/{Prefix}/https://evil.example/", $"/r?id=88.300.1%2Fhttps%3A%2F%2Fevil.example%2F")]
    [TestCase($"/{Prefix}/x?to=https://evil.example", $"/{Prefix}/x")]
    public async Task Location_OfAnyIdentifier_IsAPathAtTheEnterprisesNode(string target, string? expected)
    {
        var sent = await _upper.RawAsync(target);

        Assert.That(
            (sent.Status, sent.Header("Location")),
            Is.EqualTo(expected is null ? (400, null) : (307, $"http://{_node.EndPoint}{expected}"))
        );
        Assert.That(sent.Header("Set-Cookie"), Is.Null);
    }

    [Test]
    public async Task AbsoluteTarget_OfAnyHost_IsSentToTheEnterprisesNode()
    {
        var sent = await _upper.RawAsync($"http://node/{_id}");

        Assert.That(sent.Header("Location"), Is.EqualTo($"http://{_node.EndPoint}/{_id}"));
    }

    [Test]
    public async Task Api_OfAPrefixWithARoute_AnswersWhatTheNodeHolds()
    {
        var held = await _upper.GetAsync("/api/v1/identifiers/" + _id);
        // The second time L1 has it.
        var again = await _upper.GetAsync("/api/v1/identifiers/" + _id);

        Assert.That((held.Status, again.Status), Is.EqualTo((200, 200)));
        Assert.That(held.Text, Does.Not.Contain("from the factory"), "Identifiers alone go up.");
        Assert.That((await _upper.GetAsync($"/api/v1/qr/{_id}.svg")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Page_PostedWithAKey_IsAnsweredHere()
    {
        // A redirect would hand the key on.
        var answer = await _upper.SendBytesAsync(
            Role.Anonymous,
            "POST",
            "/" + _id,
            System.Text.Encoding.ASCII.GetBytes("key=" + _upper.KeyOf(Role.Reader)),
            ("Content-Type", "application/x-www-form-urlencoded")
        );

        Assert.That((answer.Status, answer.Header("Location")), Is.EqualTo((200, (string?)null)));
    }

    [Test]
    public async Task Page_OfAPrefixWithoutARoute_IsHere()
    {
        var id = await _upper.RegisterAsync(identifier: $"{Above}/OWN");

        Assert.That((await _upper.GetAsync("/" + id)).Status, Is.EqualTo(200));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Resolution_OfAPrefixWithARoute_IsReferred(bool tcp)
    {
        var server = HandleServer.At(_upper.HandleEndPoint);
        var client = new HandleClient(
            _transport,
            tcp ? server with { UdpPort = null } : server with { TcpPort = null }
        );
        foreach (var handle in new[] { _id, _id.ToLowerInvariant(), Prefix + "/NOT-THERE" })
        {
            var answer = await client.ResolveAsync(handle, HandleQuery.All, Stop);

            Assert.That(answer.Code, Is.EqualTo(ResponseCode.ServiceReferral));
            var value = answer.Referral!.Values.Single();
            Assert.That(
                (answer.Referral.Handle, value.Index, value.Type),
                Is.EqualTo(("0.NA/" + Prefix, 1, "HS_SITE"))
            );
            Assert.That(SiteRecord.TryRead(value.Data, out var site), Is.True);
            Assert.That(
                HandleServer.Of(site!.Servers.Single(), SiteServices.Query),
                Is.EqualTo(HandleServer.At(_node.HandleEndPoint) with { UdpPort = Route!.Udp })
            );
        }
    }

    [Test]
    public async Task PrefixRecord_OfAPrefixWithARoute_NamesTheEnterprisesSite()
    {
        var client = new HandleClient(_transport, HandleServer.At(_upper.HandleEndPoint));

        var record = await client.ResolveAsync("0.NA/" + Prefix, HandleQuery.All, Stop);

        Assert.That(record.Data!.Select(v => v.Type), Is.EqualTo(["HS_SITE", "HS_ADMIN", "HS_VLIST"]));
        Assert.That(SiteRecord.TryRead(record.Data![0].Data, out var site), Is.True);
        Assert.That(site!.Servers.Single().Interfaces[0].Port, Is.EqualTo(_node.HandleEndPoint.Port));
    }

    [Test]
    public async Task ClientThatFollows_GetsToTheEnterprisesNode()
    {
        var found = await _third.GetAsync("/api/v1/identifiers/" + _id);

        Assert.That(found.Status, Is.EqualTo(200), found.ToString());
        Assert.That(found.Text, Does.Contain("from the factory"));
    }

    [Test]
    public async Task JsonInterface_OfAPrefixWithARoute_RefersUnlessAskedNotTo()
    {
        var referred = await _upper.GetAsync("/api/handles/" + _id);
        var held = await _upper.GetAsync("/api/handles/" + _id + "?doNotRefer=true");

        Assert.That(
            (referred.Status, referred.Json.GetProperty("responseCode").GetInt32()),
            Is.EqualTo((300, (int)ResponseCode.ServiceReferral))
        );
        Assert.That(referred.Json.GetProperty("referral").GetString(), Is.EqualTo("0.NA/" + Prefix));
        Assert.That((held.Status, held.Json.GetProperty("responseCode").GetInt32()), Is.EqualTo((200, 1)));
    }

    private PrefixRoute? Route => _upper.Node.Catalog.Current.Routes.GetValueOrDefault(PrefixRoute.CodeOf(Prefix));

    private async Task InStepAsync()
    {
        var progress = _node.Services.GetRequiredService<UpstreamProgress>();
        Assert.That(
            async () => (await progress.ReadAsync(CancellationToken.None)).Lag,
            Is.Zero.After(20_000, 50),
            () => $"{_node.Log}"
        );
    }
}
