using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Primitives;
using IdResolution.Server.Hosting.Auditing;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Hosting;

[TestFixture]
public sealed class SyslogTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Test]
    public void Message_Denial_HasEveryMember()
    {
        var line = new AuditEvent(1_772_352_000_123_456, "k1", "GET history", "88.1/\"X]\\", "Forbidden", 3)
        {
            Id = 7,
            Kind = AuditKind.Denial,
            Source = "192.0.2.1",
            Trace = "0af7651916cd43dd8448eb211c80319c",
            Node = "plant-1 a",
            Link = new AuditLink(1, new byte[32], [0xAB]),
        };

        Assert.That(
            SyslogMessage.Of(line, "主机 host"),
            Is.EqualTo(
                "<108>1 2026-03-01T08:00:00.123456Z host idnode plant-1a denial [audit@32473 id=\"7\" caller=\"k1\" "
                    + "source=\"192.0.2.1\" osUser=\"\" action=\"GET history\" target=\"88.1/\\\"X\\]\\\\\" "
                    + "outcome=\"Forbidden\" count=\"3\" traceId=\"0af7651916cd43dd8448eb211c80319c\" "
                    + "node=\"plant-1 a\" hash=\"ab\"] \uFEFFk1 GET history 88.1/\"X]\\: Forbidden"
            )
        );
        var framed = SyslogMessage.Framed(line with { Target = "模板" }, "host");
        var blank = Array.IndexOf(framed, (byte)' ');
        Assert.That(Encoding.ASCII.GetString(framed, 0, blank), Is.EqualTo($"{framed.Length - blank - 1}"));
    }

    [TestCase("tls://log:6514", false, true)]
    [TestCase("tcp://127.0.0.1:514", false, true)]
    [TestCase("tcp://log:514", false, false)]
    [TestCase("tcp://log:514", true, true)]
    [TestCase("udp://log:514", false, false)]
    [TestCase("tls://log", false, false)]
    [TestCase("log:514", false, false)]
    public void Options_Receiver_MustBeSafe(string receiver, bool plain, bool isTaken)
    {
        var errors = new List<Text>();

        new AuditOptions { Syslog = receiver, SyslogPlain = plain }.Validate(errors);

        Assert.That(errors.Count == 0, Is.EqualTo(isTaken), string.Join(' ', errors));
    }

    [Test]
    public async Task Receiver_OverTls_GetsEveryLineAlsoAfterAnOutage()
    {
        using var receiver = new Receiver();
        using var directory = new TemporaryDirectory();
        var ca = Path.Combine(directory.Path, "ca.pem");
        await File.WriteAllTextAsync(ca, receiver.Certificate.ExportCertificatePem());
        await using var node = await TestNode.StartAsync(options =>
        {
            options.Audit.Syslog = $"tls://localhost:{receiver.Port}";
            options.Audit.SyslogCa = ca;
        });
        await ActAsync(node, "before");
        await receiver.WaitForAsync("before");

        receiver.Stop();
        await ActAsync(node, "meanwhile");
        receiver.Start();
        await ActAsync(node, "after");
        await receiver.WaitForAsync("after");

        var store = node.Services.GetRequiredService<IAuditStore>();
        var stored = (await store.FollowAsync(0, 1_000, CancellationToken.None)).Select(l => $" id=\"{l.Id}\" ");
        var got = receiver.Messages;
        Assert.That(stored.Where(id => !got.Any(m => m.Contains(id, StringComparison.Ordinal))), Is.Empty);
        Assert.That(
            got,
            Has.All.Match("^<10[89]>1 [0-9TZ:.-]+ [^ ]+ idnode [^ ]+ (act|denial|anonymous) \\[audit@32473 ")
        );
    }

    private static Task<Answer> ActAsync(TestNode node, string code) =>
        node.SendAsync(Role.Admin, "POST", "/api/v1/categories", $$"""{"code":"{{code}}"}""");

    /// <summary>A syslog receiver over TLS that keeps what it gets.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly List<string> _messages = [];
        private CancellationTokenSource _end = new();
        private TcpListener _listener;

        public Receiver()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            var now = DateTimeOffset.UtcNow;
            using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            Certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
            _listener = new TcpListener(IPAddress.Loopback, 0);
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = AcceptAsync(_listener, _end.Token);
        }

        public X509Certificate2 Certificate { get; }

        public int Port { get; }

        public IReadOnlyList<string> Messages
        {
            get
            {
                lock (_messages)
                {
                    return [.. _messages];
                }
            }
        }

        public void Start()
        {
            _end = new CancellationTokenSource();
            _listener = new TcpListener(IPAddress.Loopback, Port);
            _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _listener.Start();
            _ = AcceptAsync(_listener, _end.Token);
        }

        public void Stop()
        {
            _listener.Stop();
            _end.Cancel();
        }

        public async Task WaitForAsync(string target)
        {
            using var patience = new CancellationTokenSource(s_patience);
            while (!Messages.Any(m => m.Contains($"target=\"{target}\"", StringComparison.Ordinal)))
            {
                await Task.Delay(20, patience.Token);
            }
        }

        public void Dispose()
        {
            Stop();
            _end.Dispose();
            Certificate.Dispose();
        }

        private async Task AcceptAsync(TcpListener listener, CancellationToken end)
        {
            try
            {
                while (true)
                {
                    _ = ReadAsync(await listener.AcceptTcpClientAsync(end), end);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The receiver stops.
            }
        }

        private async Task ReadAsync(TcpClient client, CancellationToken end)
        {
            using (client)
            {
                try
                {
                    await using var stream = new SslStream(client.GetStream());
                    await stream.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = Certificate },
                        end
                    );
                    while (await LengthAsync(stream, end) is { } length)
                    {
                        var message = new byte[length];
                        await stream.ReadExactlyAsync(message, end);
                        lock (_messages)
                        {
                            _messages.Add(Encoding.UTF8.GetString(message));
                        }
                    }
                }
                catch (Exception e) when (e is OperationCanceledException or IOException)
                {
                    // The connection is over.
                }
            }
        }

        /// <summary>The length before a message; null at the end.</summary>
        private static async Task<int?> LengthAsync(SslStream stream, CancellationToken end)
        {
            var digit = new byte[1];
            var length = 0;
            while (await stream.ReadAsync(digit, end) == 1)
            {
                if (digit[0] == ' ')
                {
                    return length;
                }
                length = (10 * length) + digit[0] - '0';
            }
            return null;
        }
    }
}
