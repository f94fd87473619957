using System.IO.Compression;
using Grpc.Net.Compression;

namespace IdResolution.Server.Grpc;

/// <summary>
/// Compresses messages with gzip (RFC 1952), empty ones too. For an empty message <see cref="GZipStream"/> (.NET 10),
/// and so the library's own provider, writes nothing at all, which other libraries cannot read.
/// </summary>
internal sealed class GzipProvider(CompressionLevel defaultLevel) : ICompressionProvider
{
    public string EncodingName => "gzip";

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new MessageStream(stream, compressionLevel ?? defaultLevel);

    public Stream CreateDecompressionStream(Stream stream) =>
        new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);

    private sealed class MessageStream(Stream target, CompressionLevel level)
        : GZipStream(target, level, leaveOpen: true)
    {
        // A header, an empty block, and the checksum and length of no data.
        private static readonly byte[] Nothing = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        private readonly Stream _target = target;
        private bool _isEmpty = true;

        public override void Write(byte[] buffer, int offset, int count)
        {
            _isEmpty &= count == 0;
            base.Write(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing && _isEmpty)
            {
                _isEmpty = false;
                _target.Write(Nothing);
            }
        }
    }
}
