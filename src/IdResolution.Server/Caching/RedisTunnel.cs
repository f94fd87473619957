using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace IdResolution.Server.Caching;

/// <summary>
/// Looks at what a Redis server sends before the library does. The library (3.4) reads beyond its memory where a length
/// is near 2^31, which ends the process, and holds whatever a shorter length announces. Not for connections with TLS,
/// whose bytes come encrypted here.
/// </summary>
internal sealed class RedisTunnel : Tunnel
{
    public override ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endpoint,
        ConnectionType connectionType,
        Socket? socket,
        CancellationToken cancellationToken
    ) => new(socket is null ? null : new Checked(socket));

    private sealed class Checked(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        private readonly RedisLengths _lengths = new();

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            _lengths.Check(buffer.Span[..read]);
            return read;
        }

        public override async Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => await ReadAsync(buffer.AsMemory(offset, count), cancellationToken);

        public override int Read(Span<byte> buffer)
        {
            var read = base.Read(buffer);
            _lengths.Check(buffer[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int ReadByte()
        {
            Span<byte> one = stackalloc byte[1];
            return Read(one) == 0 ? -1 : one[0];
        }
    }
}
