using System.Net;
using IdResolution.Server.Tests.Handle;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>A proxy that nobody named is noticed: its address is said, once.</summary>
[TestFixture]
public sealed class UnlistedProxyTests
{
    // PROXY protocol, version 2, from 192.0.2.9.
    private static readonly byte[] s_header =
    [
        .. "\r\n\r\n\0\r\nQUIT\n"u8,
        .. new byte[] { 0x21, 0x11, 0, 12, 192, 0, 2, 9, 10, 0, 0, 1, 1, 0, 2, 0 },
    ];

    [TestCase]
    [TestCase("127.0.0.1")]
    public async Task XForwardedFor_OfAnUnlistedAddress_IsSaidOnce(params string[] proxies)
    {
        await using var node = await TestNode.StartAsync(o => o.ForwardedHeaders.Proxies = [.. proxies]);
        using var direct = Attacker.Http(node.EndPoint, IPAddress.Loopback);
        using var unlisted = Attacker.Http(node.EndPoint);
        using var another = Attacker.Http(node.EndPoint, IPAddress.Parse("127.0.0.67"));

        await AskAsync(direct, proxies.Length == 0 ? null : "192.0.2.1");
        await AskAsync(unlisted, null);
        Assert.That(Said(node), Is.Empty);
        await AskAsync(unlisted, "192.0.2.1");
        await AskAsync(unlisted, "192.0.2.2");
        await AskAsync(another, "192.0.2.3");

        Assert.That(Said(node).Single(), Does.Contain("127.0.0.66 ").And.Contain("ForwardedHeaders:Proxies"));
        node.Log.AssertQuiet();
    }

    [Test]
    public async Task XForwardedFor_OverGrpc_IsSaidToo()
    {
        await using var node = await TestNode.StartAsync();
        using var grpc = Attacker.Http(node.GrpcEndPoint);
        grpc.DefaultRequestVersion = HttpVersion.Version20;

        await AskAsync(grpc, "192.0.2.1");

        Assert.That(Said(node).Single(), Does.Contain("127.0.0.66 "));
        node.Log.AssertQuiet();
    }

    [TestCase]
    [TestCase("127.0.0.1")]
    public async Task ProxyProtocol_OfAnUnlistedAddress_IsSaidOnce(params string[] proxies)
    {
        await using var node = await TestNode.StartAsync(o => o.ForwardedHeaders.Proxies = [.. proxies]);
        foreach (var start in new[] { [0x0D], Array.Empty<byte>(), s_header, s_header })
        {
            using var wire = await HandleWire.ConnectAsync(node.HandleEndPoint, Attacker.Address);
            await wire.SendAsync((byte[])[.. start, .. HandleWire.Resolution("0"), .. new byte[64]]);
            await wire.ReadAsync();
            Assert.That(Said(node), start.Length == s_header.Length ? Has.Exactly(1).Items : Is.Empty);
        }
        Assert.That(Said(node).Single(), Does.Contain("127.0.0.66 ").And.Contain("PROXY protocol"));
        node.Log.AssertQuiet();
    }

    private static async Task AskAsync(HttpClient client, string? forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz")
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }
        using var answer = await client.SendAsync(request);
    }

    private static IEnumerable<string> Said(TestNode node) =>
        node.Log.Texts.Where(text => text.Contains("ProxyNotListed", StringComparison.Ordinal));
}
