using System.Net;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace IdResolution.Server.Caching;

/// <summary>
/// Looks at what a Redis server sends before the library does. The library (3.4) reads beyond its memory where a length
/// is near 2^31, which ends the process, and holds whatever a shorter length announces.
/// </summary>
/// <remarks>
/// The library's tunnel for logs is the one that shows bytes behind TLS: it does the TLS itself, by the same settings
/// and in the same way as the library does otherwise. No log is made of them here.
/// </remarks>
// Not obsolete but experimental: it may change. The version is pinned, and tests hold it.
#pragma warning disable CS0618
internal sealed class RedisTunnel : LoggingTunnel
#pragma warning restore CS0618
{
    private RedisTunnel(ConfigurationOptions settings)
        : base(settings, settings.Tunnel) { }

    /// <summary>
    /// Puts a tunnel around all connections of some settings, within that of a proxy where they name one.
    /// </summary>
    public static void Use(ConfigurationOptions settings)
    {
        // The tunnel switches the library's own TLS off, and the port for TLS would go with it. Sentinels have another.
        if (string.IsNullOrEmpty(settings.ServiceName))
        {
            settings.SetDefaultPorts();
        }
        settings.Tunnel = new RedisTunnel(settings);
    }

    protected override Stream Log(Stream stream, EndPoint endpoint, ConnectionType connectionType) =>
        new CheckedStream(stream);

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

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => inner.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

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
