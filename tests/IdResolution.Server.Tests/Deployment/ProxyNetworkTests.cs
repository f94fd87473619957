using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Tests.Attacks;
using IdResolution.Server.Tests.Handle;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>Behind the proxy of <c>deploy/proxy/haproxy.cfg</c> callers are as many networks as they are.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class ProxyNetworkTests
{
    // What a client may say of itself, with a number that is another each time.
    private static readonly (string Name, string Value)[][] s_lies =
    [
        [("X-Forwarded-For", "198.51.100.{0}")],
        [("x-forwarded-for", "198.51.100.{0}, 198.51.100.{0}"), ("X-Forwarded-For", "198.51.100.{0}")],
        [("X-Forwarded-For", "198.51.100.{0}"), ("Connection", "X-Forwarded-For")],
        [("Forwarded", "for=198.51.100.{0}"), ("X-Real-IP", "198.51.100.{0}")],
        [("X-Forwarded-For", "198.51.100.{0}, 127.0.0.1")],
    ];

    private TestNode _node = null!;
    private Haproxy _proxy = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Haproxy.Require();
        _node = await TestNode.StartAsync(options => options.ForwardedHeaders.Proxies = ["127.0.0.1"]);
        var addresses = (_node.EndPoint, _node.GrpcEndPoint, _node.HandleEndPoint);
        _proxy = await Haproxy.StartAsync(addresses, addresses);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _proxy?.Dispose();
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    [Test]
    public async Task Http_OneGuesses_TheOtherDoesNotWait()
    {
        var user = await SecretGuess.UserAsync(_node);
        using var guesser = Client(_proxy.Http, "127.0.0.80");
        using var other = Client(_proxy.Http, "127.0.0.81");

        var guessed = await GuessAsync(guesser, user);

        Assert.That(guessed, Is.InRange(1, GuessDelays.UsuallyFree + 10));
        Assert.That((await SecretGuess.AskAsync(guesser, user, SecretGuess.Secret)).Verified, Is.Null, "must wait");
        Assert.That((await SecretGuess.AskAsync(other, user, SecretGuess.Secret)).Verified, Is.True);
        Assert.That(await SourcesAsync("handle.verify", user.Handle), Is.EqualTo(["127.0.0.80"]));
    }

    [Test]
    public async Task Http_WhatAClientSaysOfItself_IsNotBelieved(
        [Range(0, 4)] int lie,
        [Values("1.1", "2.0")] string version
    )
    {
        var user = await SecretGuess.UserAsync(_node);
        var address = $"127.0.{(version == "2.0" ? 2 : 1)}.{lie}";
        using var liar = Client(_proxy.Http, address);
        liar.DefaultRequestVersion = Version.Parse(version);

        // HTTP/2 has no such header.
        var guessed = await GuessAsync(
            liar,
            user,
            [.. s_lies[lie].Where(h => version != "2.0" || h.Name != "Connection")]
        );

        Assert.That(guessed, Is.InRange(1, GuessDelays.UsuallyFree + 10));
        Assert.That(await SourcesAsync("handle.verify", user.Handle), Is.EqualTo([address]));
    }

    [Test]
    public async Task Http_AClientThatSaysItCameByTls_IsNotBelieved()
    {
        async Task<bool> IsSecureAsync(HttpClient client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Forwarded-For", "192.0.2.1");
            using var answer = await client.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            return answer.Headers.Contains("Strict-Transport-Security");
        }
        using var liar = Client(_proxy.Http, "127.0.0.82");
        using var proxy = Attacker.Http(_node.EndPoint, IPAddress.Loopback);

        Assert.That(await IsSecureAsync(liar), Is.False);
        Assert.That(await IsSecureAsync(proxy), Is.True, "as the proxy would say it");
    }

    [Test]
    public async Task Grpc_BadKeys_AreNotedForTheNetworkThatSentThem()
    {
        foreach (var address in new[] { "127.0.0.84", "127.0.0.85" })
        {
            using var client = Client(_proxy.Grpc, address);
            for (var i = 0; i < 3; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/idresolution.v1.Resolver/Resolve")
                {
                    Version = HttpVersion.Version20,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                    // A message of no bytes behind its frame.
                    Content = new ByteArrayContent(new byte[5])
                    {
                        Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") },
                    },
                };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", $"idr_{i}");
                request.Headers.Add("X-Forwarded-For", $"198.51.100.{i}");
                using var answer = await client.SendAsync(request);
                // UNAUTHENTICATED.
                Assert.That(answer.Headers.GetValues("grpc-status"), Is.EqualTo(["16"]));
            }
        }

        Assert.That(await SourcesAsync(Auditor.Authentication), Is.EquivalentTo(["127.0.0.84", "127.0.0.85"]));
    }

    [Test]
    public async Task Handle_OneGuesses_TheOtherDoesNotWait()
    {
        var user = await SecretGuess.UserAsync(_node);
        using var guesser = await HandleWire.ConnectAsync(_proxy.Handle, IPAddress.Parse("127.0.0.86"));
        using var other = await HandleWire.ConnectAsync(_proxy.Handle, IPAddress.Parse("127.0.0.87"));
        using var http = Client(_proxy.Http, "127.0.0.86");

        var codes = new List<ResponseCode>();
        for (var i = 0; i < 40; i++)
        {
            codes.Add((await VerifyAsync(guesser, user, $"{i:D6} as a guess")).Code);
        }

        Assert.That(codes.Count(code => code == ResponseCode.Success), Is.InRange(1, GuessDelays.UsuallyFree + 10));
        Assert.That(codes[^1], Is.EqualTo(ResponseCode.ServerBusy));
        Assert.That(
            await VerifyAsync(other, user, SecretGuess.Secret),
            Is.EqualTo((ResponseCode.Success, true)),
            "another network"
        );
        bool? verified = true;
        for (var i = 0; verified is not null && i < 100; i++)
        {
            // On a busy machine the delay of the guesses before may be over.
            await VerifyAsync(guesser, user, $"{i:D6} once more");
            (verified, _, _) = await SecretGuess.AskAsync(http, user, SecretGuess.Secret);
        }
        Assert.That(verified, Is.Null, "the same network over HTTP");
        Assert.That(await SourcesAsync("handle.verify", user.Handle), Is.EqualTo(["127.0.0.86"]));
    }

    [Test]
    public async Task Handle_AClientThatActsAsAProxy_IsNotBelieved()
    {
        byte[] header =
        [
            .. "\r\n\r\n\0\r\nQUIT\n"u8,
            .. new byte[] { 0x21, 0x11, 0, 12, 192, 0, 2, 9, 10, 0, 0, 1, 1, 0, 2, 0 },
        ];
        using var liar = await HandleWire.ConnectAsync(_proxy.Handle, IPAddress.Parse("127.0.0.88"));

        await liar.SendAsync((byte[])[.. header, .. HandleWire.Resolution(TestNode.Prefix)]);

        Assert.That((await liar.ReadAsync())?.Header.ResponseCode, Is.EqualTo(ResponseCode.ProtocolError));
    }

    [Test]
    public async Task Connections_OfOneNetwork_LeaveRoomForOthers()
    {
        // As the file says.
        const int Most = 400;
        var from = IPAddress.Parse("127.0.0.89");
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i < Most + 50; i++)
            {
                try
                {
                    open.Add(await Attacker.ConnectAsync(_proxy.Handle, from));
                }
                catch (SocketException)
                {
                    // Refused before the handshake was seen.
                }
            }
            Assert.That(() => open.Count(s => !Attacker.IsOver(s)), Is.EqualTo(Most).After(30_000, 50));
            using var attacker = Client(_proxy.Http, "127.0.0.89");
            // HttpClient lets a SocketException through where the connection ends before it has asked for the peer.
            Assert.That(
                async () => await attacker.GetAsync("/healthz"),
                Throws.TypeOf<HttpRequestException>().Or.TypeOf<SocketException>(),
                "the limit is of all ports"
            );
            using var other = Client(_proxy.Http, "127.0.0.90");
            Assert.That((await other.GetAsync("/healthz")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            using var wire = await HandleWire.ConnectAsync(_proxy.Handle, IPAddress.Parse("127.0.0.90"));
            await wire.SendAsync(HandleWire.Resolution(TestNode.Prefix));
            Assert.That(await wire.ReadAsync(), Is.Not.Null);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    [Test]
    public async Task Handle_CheckedByItself_SeesNoFault()
    {
        var configuration = RepositoryFolder
            .Read("deploy", "proxy", "haproxy.cfg")
            .Replace("send-proxy-v2 track http/node1", "send-proxy-v2 check", StringComparison.Ordinal)
            .Replace("  default-server ", "  option log-health-checks\n  default-server ", StringComparison.Ordinal);
        Assert.That(configuration, Does.Contain("node1:2641 send-proxy-v2 check"));
        var addresses = (_node.EndPoint, _node.GrpcEndPoint, _node.HandleEndPoint);
        using var proxy = await Haproxy.StartAsync(configuration, null, addresses, addresses);

        Assert.That(
            () => proxy.Said,
            Does.Contain("Health check for server handle/node1 succeeded").After(30_000, 100)
        );

        using var wire = await HandleWire.ConnectAsync(proxy.Handle);
        await wire.SendAsync(HandleWire.Resolution(TestNode.Prefix));
        Assert.That(await wire.ReadAsync(), Is.Not.Null);
        Assert.That(_node.Log.Texts, Has.None.Contain("HandleProxyHeaderMissing"));
    }

    [Test]
    public async Task Tls_WithACertificate_IsSpokenAndSaidToTheNode()
    {
        using var folder = new TemporaryDirectory();
        using var pair = RSA.Create(2048);
        var request = new CertificateRequest("CN=proxy", pair, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        await File.WriteAllTextAsync(
            folder.File("tls.pem"),
            made.ExportCertificatePem() + "\n" + pair.ExportPkcs8PrivateKeyPem()
        );
        var addresses = (_node.EndPoint, _node.GrpcEndPoint, _node.HandleEndPoint);
        using var proxy = await Haproxy.StartAsync(
            RepositoryFolder.Read("deploy", "proxy", "haproxy.cfg"),
            folder.File("tls.pem"),
            addresses,
            addresses
        );
        using var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate?.GetCertHashString() == made.GetCertHashString(),
            },
        };
        using var client = new HttpClient(handler);
        using var secure = await client.GetAsync(new Uri(proxy.Http, "/healthz"));
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(proxy.Grpc, "/grpc.health.v1.Health/Check"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            // A message of no bytes behind its frame.
            Content = new ByteArrayContent(new byte[5])
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") },
            },
        };
        using var called = await client.SendAsync(call);
        await called.Content.ReadAsByteArrayAsync();
        using var clear = Client(proxy.Http, "127.0.0.91");

        Assert.That(secure.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(secure.Headers.Contains("Strict-Transport-Security"), "the node knows that it came over TLS");
        Assert.That(called.TrailingHeaders.GetValues("grpc-status"), Is.EqualTo(["0"]));
        Assert.That(async () => await clear.GetAsync("/healthz"), Throws.TypeOf<HttpRequestException>());
    }

    [TearDown]
    public void AssertQuiet()
    {
        Assert.That(_node.Log.Texts, Has.None.Contain("ProxyNotListed"));
        _node.Log.AssertQuiet();
    }

    private static HttpClient Client(Uri proxy, string from) =>
        Attacker.Http(new IPEndPoint(IPAddress.Loopback, proxy.Port), IPAddress.Parse(from));

    /// <summary>Guesses 40 times; gives how many guesses were looked at.</summary>
    private static async Task<int> GuessAsync(
        HttpClient client,
        ValueReference user,
        params (string Name, string Value)[] headers
    )
    {
        var looked = 0;
        for (var i = 0; i < 40; i++)
        {
            var guess = await SecretGuess.AskAsync(
                client,
                user,
                $"{i:D6} as a guess",
                [.. headers.Select(h => (h.Name, string.Format(null, h.Value, i)))]
            );
            looked += guess.Verified is null ? 0 : 1;
        }
        return looked;
    }

    private static async Task<(ResponseCode Code, bool IsRight)> VerifyAsync(
        HandleWire wire,
        ValueReference user,
        string secret
    )
    {
        var nonce = new byte[16];
        var digest = RequestDigest.Of("a request"u8, ProtocolVersion.Current);
        var proof = SecretKeyProof.Make(
            KeyedDigestKind.HmacSha256,
            Encoding.UTF8.GetBytes(secret),
            nonce,
            digest.Digest.Span
        );
        var request = new VerifyRequest(user, nonce, digest.Digest.ToArray(), proof);
        var answer = await wire.AskAsync(OpCode.VerifyChallenge, request.Write);
        return (
            answer.Header.ResponseCode,
            VerifyResponse.TryRead(answer.Body.Span, digestPresent: false, out var verified) && verified!.IsRight
        );
    }

    /// <summary>The networks that the audit names for wrong proofs or keys, and a target if one is given.</summary>
    private async Task<string[]> SourcesAsync(string action, string? target = null)
    {
        await _node.Node.Auditor.FlushAsync(all: true, CancellationToken.None);
        var audit = await _node.GetAsync("/api/v1/audit?limit=1000", Role.Auditor);
        return
        [
            .. audit
                .Items.Where(line =>
                    line.Text("action") == action
                    && line.Text("outcome") == "AuthenticationFailed"
                    && (target is null || line.Text("target") == target)
                )
                .Select(line => line.Text("source")!)
                .Distinct(),
        ];
    }
}
