using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using IdResolution.Core.Access;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting.Auditing;

/// <summary>
/// Sends lines of the audit log to a syslog receiver, over TLS or TCP. Syslog has no acknowledgement: lines count as
/// sent when the receiver still holds the connection at the next round.
/// </summary>
internal sealed class SyslogSink(AuditOptions options) : IAuditSink, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private Stream? _stream;
    private TcpClient? _client;
    private Task<int>? _closed;

    public string Name => "audit:syslog";

    public bool BeginsAtFirst => true;

    public long Sent { get; private set; }

    public async Task SendAsync(IReadOnlyList<AuditEvent> lines, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            if (_closed is { IsCompleted: true })
            {
                throw new IOException("The syslog receiver closed the connection.");
            }
            var stream = _stream ??= await ConnectAsync(patience.Token);
            foreach (var line in lines)
            {
                await stream.WriteAsync(SyslogMessage.Framed(line, Environment.MachineName), patience.Token);
            }
            await stream.FlushAsync(patience.Token);
            if (lines.Count > 0)
            {
                Sent = lines[^1].Id;
            }
        }
        catch (Exception e)
            when (e is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"The syslog receiver {options.Syslog} does not take lines: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _client?.Dispose();
        (_stream, _client, _closed, Sent) = (null, null, null, 0);
    }

    private async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var receiver = options.Receiver!;
        _client = new TcpClient { NoDelay = true };
        await _client.ConnectAsync(receiver.IdnHost, receiver.Port, cancellationToken);
        Stream stream = _client.GetStream();
        if (receiver.Scheme == "tls")
        {
            stream = await SecureAsync(stream, receiver.IdnHost, cancellationToken);
        }
        // A receiver sends nothing, so an answer of any kind is the end.
        _closed = stream.ReadAsync(new byte[1], CancellationToken.None).AsTask();
        return stream;
    }

    private async Task<SslStream> SecureAsync(Stream stream, string host, CancellationToken cancellationToken)
    {
        var secured = new SslStream(stream);
        var authenticating = new SslClientAuthenticationOptions { TargetHost = host };
        if (options.SyslogCa is { Length: > 0 } file)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            authenticating.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            authenticating.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }
        await secured.AuthenticateAsClientAsync(authenticating, cancellationToken);
        return secured;
    }
}
