using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

// The library marks as experimental what shows a tunnel the settings of TLS. Without it the callbacks that the library
// takes from the environment could not be had. The version is pinned, and LyingRedisTests hold what is used.
#pragma warning disable SER009

namespace IdResolution.Server.Caching;

/// <summary>
/// Looks at what a Redis server sends before the library does. The library (3.4) reads beyond its memory where a length
/// is near 2^31, which ends the process, and holds whatever a shorter length announces. So TLS is begun here too, as
/// the library would: behind it there are bytes to look at.
/// </summary>
internal sealed class RedisTunnel : Tunnel
{
    private const int TlsPort = 6380;

    private readonly TlsOptions _tls;
    private readonly TimeSpan _patience;

    private RedisTunnel(TlsOptions tls, TimeSpan patience) => (_tls, _patience) = (tls, patience);

    /// <summary>Puts a tunnel before all connections of some settings, which then have no TLS of their own.</summary>
    public static void Use(ConfigurationOptions settings)
    {
        settings.Tunnel = new RedisTunnel(
            new TlsOptions(settings.Clone()),
            TimeSpan.FromMilliseconds(settings.ConnectTimeout)
        );
        for (var i = 0; settings.Ssl && i < settings.EndPoints.Count; i++)
        {
            // The library would take the port for connections in the clear.
            if (settings.EndPoints[i] is DnsEndPoint { Port: 0 } named)
            {
                settings.EndPoints[i] = new DnsEndPoint(named.Host, TlsPort);
            }
            else if (settings.EndPoints[i] is IPEndPoint { Port: 0 } address)
            {
                settings.EndPoints[i] = new IPEndPoint(address.Address, TlsPort);
            }
        }
        settings.Ssl = false;
    }

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endpoint,
        ConnectionType connectionType,
        Socket? socket,
        CancellationToken cancellationToken
    )
    {
        // Without a stream from here, the library would go on in the clear.
        var clear = new NetworkStream(socket ?? throw new IOException("There is no socket."), ownsSocket: true);
        return new CheckedStream(_tls.IsEnabled ? await SecureAsync(clear, endpoint, cancellationToken) : clear);
    }

    private async Task<SslStream> SecureAsync(Stream clear, EndPoint endpoint, CancellationToken cancellationToken)
    {
        var host = _tls.ResolveHost(endpoint);
        var secured = new SslStream(
            clear,
            leaveInnerStreamOpen: false,
            _tls.CertificateValidationCallback,
            _tls.CertificateSelectionCallback
        );
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            await secured.AuthenticateAsClientAsync(
                _tls.GetSslClientAuthenticationOptions(host)
                    ?? new SslClientAuthenticationOptions
                    {
                        TargetHost = host,
                        EnabledSslProtocols = _tls.SslProtocols ?? SslProtocols.None,
                        CertificateRevocationCheckMode = _tls.CheckCertificateRevocation
                            ? X509RevocationMode.Online
                            : X509RevocationMode.NoCheck,
                    },
                patience.Token
            );
            return secured;
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    /// <summary>A stream whose lengths are looked at when they are read.</summary>
    private sealed class CheckedStream(Stream inner) : Stream
    {
        private readonly RedisLengths _lengths = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _lengths.Check(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            _lengths.Check(buffer[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => inner.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
