using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Tests.Handle;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>Two nodes on one store behind the proxy, as <c>deploy/proxy/haproxy.cfg</c> sets it up.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class ProxyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TemporaryDirectory _data = null!;

    [SetUp]
    public void MakeData() => _data = new TemporaryDirectory();

    [TearDown]
    public void DropData() => _data.Dispose();

    [Test]
    public void Configuration_ItsOwnProgram_TakesIt()
    {
        Haproxy.Require();
        var (code, text) = Haproxy.Check(RepositoryFolder.PathOf("deploy", "proxy", "haproxy.cfg"));
        Assert.That(code, Is.Zero, text);
        // The two names are those of other machines.
        Assert.That(
            text.Split('\n')
                .Where(l =>
                    l.Contains("[WARNING]", StringComparison.Ordinal)
                    && !l.Contains("could not resolve address 'node", StringComparison.Ordinal)
                ),
            Is.Empty
        );
    }

    [Test]
    public async Task Proxy_NodeGoes_CallersDoNotNotice()
    {
        await using var first = await NodeAsync();
        await using var second = await NodeAsync();
        using var proxy = await Haproxy.StartAsync(
            (first.EndPoint, first.GrpcEndPoint, first.HandleEndPoint),
            (second.EndPoint, second.GrpcEndPoint, second.HandleEndPoint)
        );
        using var client = Client(HttpVersion.Version11);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            second.KeyOf(Role.Registrar)
        );

        for (var i = 0; i < 20; i++)
        {
            if (i == 10)
            {
                await first.StopAsync();
            }
            using var registered = await client.PostAsJsonAsync(
                new Uri(proxy.Http, "/api/v1/identifiers"),
                new
                {
                    template = "part",
                    sourceKey = $"P-{i}",
                    source = "mes",
                    attributes = new { name = "thing" },
                }
            );
            Assert.That((int)registered.StatusCode, Is.EqualTo(201), $"registration {i}");
        }
    }

    [Test]
    public async Task Proxy_Grpc_GoesThroughWithItsTrailers()
    {
        await using var node = await NodeAsync();
        using var proxy = await Haproxy.StartAsync(
            (node.EndPoint, node.GrpcEndPoint, node.HandleEndPoint),
            (node.EndPoint, node.GrpcEndPoint, node.HandleEndPoint)
        );
        using var client = Client(HttpVersion.Version20);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(proxy.Grpc, "/grpc.health.v1.Health/Check"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            // A message of no bytes behind its frame.
            Content = new ByteArrayContent(new byte[5])
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") },
            },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));

        using var answer = await client.SendAsync(request);
        var message = await answer.Content.ReadAsByteArrayAsync();

        // HealthCheckResponse { status: SERVING }.
        Assert.That(message, Is.EqualTo(new byte[] { 0, 0, 0, 0, 2, 8, 1 }));
        Assert.That(answer.TrailingHeaders.GetValues("grpc-status"), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public async Task Proxy_Handle_GoesThrough()
    {
        await using var node = await NodeAsync();
        using var proxy = await Haproxy.StartAsync(
            (node.EndPoint, node.GrpcEndPoint, node.HandleEndPoint),
            (node.EndPoint, node.GrpcEndPoint, node.HandleEndPoint)
        );
        using var wire = await HandleWire.ConnectAsync(proxy.Handle);

        await wire.SendAsync(HandleWire.Resolution(TestNode.Prefix));

        Assert.That((await wire.ReadAsync())!.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Proxy_NodeDiesOverAPost_DoesNotSendItAgain()
    {
        // In place of nodes: they say that they are ready, take a registration, and close the connection.
        using var stop = new CancellationTokenSource();
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        var posts = 0;
        var serving = Task.WhenAll(
            new[] { first, second }.Select(l => ServeAsync(l, () => Interlocked.Increment(ref posts), stop.Token))
        );
        using (var proxy = await Haproxy.StartAsync(Addresses(first), Addresses(second)))
        {
            using var client = Client(HttpVersion.Version11);

            using var answer = await client.PostAsJsonAsync(
                new Uri(proxy.Http, "/api/v1/identifiers"),
                new { template = "part" }
            );

            Assert.That((int)answer.StatusCode, Is.EqualTo(502));
        }
        await stop.CancelAsync();
        await serving.WaitAsync(Patience);
        Assert.That(posts, Is.EqualTo(1));
    }

    [Test]
    public async Task Proxy_NodeNotReady_GetsNothingMore()
    {
        await using var first = await NodeAsync();
        await using var second = await NodeAsync();
        using var proxy = await Haproxy.StartAsync(
            (first.EndPoint, first.GrpcEndPoint, first.HandleEndPoint),
            (second.EndPoint, second.GrpcEndPoint, second.HandleEndPoint)
        );
        using var client = Client(HttpVersion.Version11);
        // Its log grows old: after 5 s it is not ready, and still answers.
        await first.StopWorkerAsync();

        var ready = false;
        for (var deadline = DateTime.UtcNow + Patience; !ready && DateTime.UtcNow < deadline; await Task.Delay(200))
        {
            // Both take their turn: ten in a row are of the one that is left.
            ready = !first.Node.IsReady;
            for (var i = 0; ready && i < 10; i++)
            {
                using var answer = await client.GetAsync(new Uri(proxy.Http, "/readyz"));
                ready = answer.StatusCode == HttpStatusCode.OK;
            }
        }

        Assert.That(ready);
    }

    /// <summary>A node that believes the proxy, as docker-compose.yml sets it up.</summary>
    private Task<TestNode> NodeAsync() =>
        TestNode.StartAsync(options => options.ForwardedHeaders.Proxies = ["127.0.0.1"], data: _data.Path);

    private static HttpClient Client(Version version) => new() { Timeout = Patience, DefaultRequestVersion = version };

    private static (IPEndPoint Http, IPEndPoint Grpc, IPEndPoint Handle) Addresses(TcpListener listener) =>
        ((IPEndPoint)listener.LocalEndpoint, (IPEndPoint)listener.LocalEndpoint, (IPEndPoint)listener.LocalEndpoint);

    private static Task ServeAsync(TcpListener listener, Action posted, CancellationToken stop)
    {
        listener.Start();
        return Task.Run(
            async () =>
            {
                try
                {
                    while (true)
                    {
                        using var connection = await listener.AcceptTcpClientAsync(stop);
                        using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
                        var request = await reader.ReadLineAsync(stop);
                        if (request?.StartsWith("POST ", StringComparison.Ordinal) == true)
                        {
                            posted();
                        }
                        else if (request is not null)
                        {
                            await connection
                                .GetStream()
                                .WriteAsync(
                                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
                                    stop
                                );
                        }
                    }
                }
                catch (OperationCanceledException)
                {
                    // The test is over.
                }
            },
            CancellationToken.None
        );
    }
}
