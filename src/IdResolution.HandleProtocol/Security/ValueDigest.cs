using System.Buffers;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The digest of a value in an HS_SIGNATURE. It covers the encoded value without its first 8 bytes, which are index and
/// timestamp.
/// </summary>
/// <param name="Index">The index of the digested value.</param>
/// <param name="Digest">The raw digest; its algorithm is named once for all digests.</param>
public sealed record ValueDigest(int Index, ReadOnlyMemory<byte> Digest)
{
    private const int NotCovered = 8;

    internal static ValueDigest Of(HandleValue value, SignatureHash hash)
    {
        var output = new ArrayBufferWriter<byte>();
        value.Write(new WireWriter(output));
        return new ValueDigest(value.Index, hash.HashData(output.WrittenSpan[NotCovered..]));
    }

    internal bool Matches(HandleValue value, SignatureHash hash) =>
        Of(value, hash).Digest.Span.SequenceEqual(Digest.Span);
}
