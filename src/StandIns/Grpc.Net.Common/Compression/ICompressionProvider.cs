using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>A way to compress messages.</summary>
public interface ICompressionProvider
{
    /// <summary>Its name in <c>grpc-encoding</c> and <c>grpc-accept-encoding</c>.</summary>
    string EncodingName { get; }

    /// <summary>Makes a stream that compresses what is written to it; disposing it leaves the other stream open.</summary>
    /// <param name="stream">Takes the compressed bytes.</param>
    /// <param name="compressionLevel">The level; null for the provider's own.</param>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>Makes a stream that reads what was compressed; disposing it leaves the other stream open.</summary>
    /// <param name="stream">Gives the compressed bytes.</param>
    Stream CreateDecompressionStream(Stream stream);
}
