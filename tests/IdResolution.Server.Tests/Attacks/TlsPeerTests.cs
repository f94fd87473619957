using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Peers that do not keep to TLS on a TLS endpoint lose their own connections; others are served.</summary>
[TestFixture]
public sealed class TlsPeerTests
{
    private TlsNode _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _node = await TlsNode.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _node.DisposeAsync();

    [TearDown]
    public void AssertQuiet() => _node.Node.Log.AssertQuiet();

    [Test]
    public async Task PlainHttp_OnTheTlsPort_IsNotAnsweredAsHttp()
    {
        using var plain = await RawConnection.OpenAsync(_node.TlsEndPoint);
        await plain.RequestAsync("GET", "/healthz");
        Assert.That((await plain.ReadAsync())?.Status, Is.Null);
        await AssertServedAsync();
    }

    [Test]
    public async Task HalfAHandshake_TwoHundredTimes_KeepsNobodyOut()
    {
        var halves = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var half = new TcpClient();
                await half.ConnectAsync(_node.TlsEndPoint);
                // The beginning of a ClientHello whose rest never comes.
                await half.GetStream().WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3 });
                halves.Add(half);
            }
            await AssertServedAsync();
            // Kestrel gives a handshake ten seconds.
            var ended = halves[0].GetStream().ReadAsync(new byte[1]).AsTask();
            Assert.That(await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(25))), Is.SameAs(ended));
        }
        finally
        {
            halves.ForEach(static half => half.Dispose());
        }
    }

    [Test]
    public async Task Junk_InPlaceOfAHandshake_EndsTheConnection()
    {
        foreach (
            var junk in new[]
            {
                new byte[] { 0x80, 0x2E, 1, 0, 2 },
                Encoding.ASCII.GetBytes(new string('x', 20_000)),
                [0x16, 3, 1, 0xFF, 0xFF],
                [0x15, 3, 3, 0, 2, 2, 40],
            }
        )
        {
            using var peer = new TcpClient();
            await peer.ConnectAsync(_node.TlsEndPoint);
            var stream = peer.GetStream();
            var buffer = new byte[4_096];
            try
            {
                await stream.WriteAsync(junk);
                peer.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(25)) > 0)
                {
                    // An alert may come first.
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // Reset.
            }
        }
        await AssertServedAsync();
    }

    [Test]
    public async Task OldVersions_AreRefused()
    {
#pragma warning disable SYSLIB0039, CA5397 // That they are refused is what is tested.
        foreach (var version in new[] { SslProtocols.Tls, SslProtocols.Tls11 })
#pragma warning restore SYSLIB0039, CA5397
        {
            Assert.That(
                async () =>
                {
                    using var peer = new TcpClient();
                    await peer.ConnectAsync(_node.TlsEndPoint);
                    await using var tls = new SslStream(peer.GetStream());
                    var options = _node.ClientOptions;
                    options.EnabledSslProtocols = version;
                    await tls.AuthenticateAsClientAsync(options);
                },
                Throws.InstanceOf<AuthenticationException>().Or.InstanceOf<IOException>()
            );
        }
        await AssertServedAsync();
    }

    private async Task AssertServedAsync()
    {
        var watch = Stopwatch.StartNew();
        using var handler = new SocketsHttpHandler { SslOptions = _node.ClientOptions };
        using var client = new HttpClient(handler) { BaseAddress = _node.Tls };
        Assert.That(await client.GetStringAsync(new Uri("/healthz", UriKind.Relative)), Is.EqualTo("ok\n"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }
}
