using System.Buffers;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The digest of a value as an HS_SIGNATURE holds it: over the encoded value without its first 8 bytes, index and
/// timestamp.
/// </summary>
/// <param name="Index">The index of the value.</param>
/// <param name="Digest">The digest.</param>
public sealed record ValueDigest(int Index, ReadOnlyMemory<byte> Digest)
{
    private const int NotCovered = 8;

    /// <summary>The digest of a value.</summary>
    internal static ValueDigest Of(HandleValue value, HashAlgorithmName hash)
    {
        var output = new ArrayBufferWriter<byte>();
        value.Write(new WireWriter(output));
        return new ValueDigest(value.Index, CryptographicOperations.HashData(hash, output.WrittenSpan[NotCovered..]));
    }

    /// <summary>True where the value is still as it was.</summary>
    internal bool Matches(HandleValue value, HashAlgorithmName hash) =>
        Of(value, hash).Digest.Span.SequenceEqual(Digest.Span);
}
