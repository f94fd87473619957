using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Handle;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Who is behind a proxy, as the proxy says; and those who only say they are one.</summary>
[TestFixture]
public sealed class TrustedProxyTests : NodeFixture
{
    private const int Connections = 3;

    private static readonly byte[] s_signature = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    // The source address is 192.0.2.9 or 2001:db8::9.
    private static readonly byte[] s_v4 = [.. s_signature, 0x21, 0x11, 0, 12, 192, 0, 2, 9, 10, 0, 0, 1, 1, 0, 2, 0];
    private static readonly byte[] s_v6 =
    [
        .. s_signature,
        0x21,
        0x21,
        0,
        36,
        .. IPAddress.Parse("2001:db8::9").GetAddressBytes(),
        .. IPAddress.Parse("2001:db8::1").GetAddressBytes(),
        1,
        0,
        2,
        0,
    ];
    private static readonly byte[] s_local = [.. s_signature, 0x20, 0, 0, 0];

    // HAProxy adds what it knows more, such as a checksum (PP2_TYPE_CRC32C) or a name.
    private static readonly byte[] s_more = [.. s_signature, 0x21, 0x11, 0, 19, .. s_v4[16..], 0x02, 0, 4, 1, 2, 3, 4];

    private static IEnumerable<TestCaseData> Headers =>
        [
            new TestCaseData(s_v4).SetArgDisplayNames("IPv4"),
            new TestCaseData(s_v6).SetArgDisplayNames("IPv6"),
            new TestCaseData(s_local).SetArgDisplayNames("local"),
            new TestCaseData(s_more).SetArgDisplayNames("more"),
        ];

    [TestCaseSource(nameof(Headers))]
    public async Task HandlePort_AHeaderOfAListedProxy_IsReadWholeOrInPieces(byte[] header)
    {
        foreach (var size in new[] { 1, 5, 1_000 })
        {
            using var wire = await HandleWire.ConnectAsync(Server.HandleEndPoint);
            byte[] all = [.. header, .. HandleWire.Resolution("0")];
            foreach (var piece in all.Chunk(size))
            {
                await wire.SendAsync(piece);
            }
            Assert.That(await wire.ReadAsync(), Is.Not.Null);
        }
    }

    [Test]
    public async Task HandlePort_AListedProxyWithoutHeader_IsRefused()
    {
        byte[][] none =
        [
            HandleWire.Resolution("0"),
            [.. s_v4[..12], 0x11, .. s_v4[13..]],
            [.. s_v4[..14], 0xFF, 0xFF, .. s_v4[16..]],
            [.. s_v4[..13], 0x21, .. s_v4[14..]],
            "PROXY TCP4 192.0.2.9 10.0.0.1 256 512\r\n"u8.ToArray(),
        ];
        foreach (var start in none)
        {
            using var wire = await HandleWire.ConnectAsync(Server.HandleEndPoint);
            await wire.SendAsync((byte[])[.. start, .. HandleWire.Resolution("0")]);
            Assert.That(await wire.ReadAsync(), Is.Null);
        }
        Assert.That(Server.Log.Texts, Has.Some.Contain("HandleProxyHeaderMissing"));
    }

    [TestCase(0)]
    [TestCase(7)]
    public async Task HandlePort_AListedProxyThatLooksIfThePortIsOpen_IsNoFault(int bytes)
    {
        foreach (var reset in new[] { false, true })
        {
            using var socket = await Attacker.ConnectAsync(Server.HandleEndPoint, IPAddress.Loopback);
            await socket.SendAsync(s_v4.AsMemory(0, bytes));
            if (reset)
            {
                socket.Close(0);
            }
            else
            {
                socket.Shutdown(SocketShutdown.Send);
                Assert.That(() => Attacker.IsOver(socket), Is.True.After(30_000, 20));
            }
        }
        using var wire = await HandleWire.ConnectAsync(Server.HandleEndPoint);
        await wire.SendAsync((byte[])[.. s_v4, .. HandleWire.Resolution("0")]);
        Assert.That(await wire.ReadAsync(), Is.Not.Null);
        Assert.That(Server.Log.Texts, Has.None.Contain("HandleProxyHeaderMissing"));
    }

    [Test]
    public async Task HandlePort_SomebodyElsesHeader_IsNotRead()
    {
        using var wire = await HandleWire.ConnectAsync(Server.HandleEndPoint, Attacker.Address);
        await wire.SendAsync((byte[])[.. s_v4, .. HandleWire.Resolution("0")]);

        Assert.That((await wire.ReadAsync())?.Header.ResponseCode, Is.EqualTo(ResponseCode.ProtocolError));
    }

    [Test]
    public async Task HandlePort_ConnectionsOfAProxy_CountForThoseBehindIt()
    {
        byte[] For(byte last) => [.. s_v4[..19], last, .. s_v4[20..]];
        var open = new List<HandleWire>();
        try
        {
            var answered = new List<bool>();
            foreach (var last in new byte[] { 100, 100, 100, 100, 100, 101 })
            {
                var wire = await HandleWire.ConnectAsync(Server.HandleEndPoint);
                open.Add(wire);
                await wire.SendAsync((byte[])[.. For(last), .. HandleWire.Resolution("0")]);
                answered.Add(await wire.ReadAsync() is not null);
            }
            Assert.That(answered, Is.EqualTo([true, true, true, false, false, true]));
        }
        finally
        {
            open.ForEach(wire => wire.Dispose());
        }
    }

    [Test]
    public async Task Http_TheAddressThatAProxySays_IsTakenFromListedOnesAlone()
    {
        // Unknown secrets are guessed at: the network that is meant must wait.
        async Task<int> GuessesAsync(HttpClient client, string network, int count)
        {
            var answered = 0;
            for (var i = 0; i < count; i++)
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Get,
                    "/api/verifications/300:88.300.1/NONE?nonce=AAAA&cnonce=AAAA&alg=SHA256&signature=AAAA"
                );
                request.Headers.Add("X-Forwarded-For", string.Format(null, network, i));
                answered += (await client.SendAsync(request)).StatusCode == HttpStatusCode.OK ? 1 : 0;
            }
            return answered;
        }
        using var proxy = Attacker.Http(Server.EndPoint, IPAddress.Loopback);
        using var liar = Attacker.Http(Server.EndPoint);

        Assert.That(await GuessesAsync(proxy, "198.51.100.{0}", 30), Is.EqualTo(30), "many networks");
        Assert.That(await GuessesAsync(proxy, "198.51.101.1", 30), Is.LessThan(15), "one network");
        Assert.That(await GuessesAsync(proxy, "203.0.113.{0}, 198.51.102.1", 30), Is.LessThan(15), "what it was told");
        Assert.That(await GuessesAsync(liar, "198.51.103.{0}", 30), Is.LessThan(15), "not a listed proxy");
    }

    private protected override void Configure(NodeOptions options)
    {
        options.ForwardedHeaders.Proxies = ["127.0.0.1"];
        options.Limits.ConnectionsPerSource = Connections;
    }
}
