using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace IdResolution.HandleProtocol.Keys.Sm;

/// <summary>
/// SM3 as CAICT's ID-SDK feeds it: in the hash of user and key, the zeros in front of the key's coordinates are left
/// out. About one key in 128 has such zeros, and signs otherwise than the standard says. The library hashes each
/// coordinate by itself, so this is where the difference can be made.
/// </summary>
/// <param name="point">The key's point, uncompressed.</param>
internal sealed class ShortKeyDigest(byte[] point) : IDigest
{
    private readonly SM3Digest _hash = new();
    private bool _isOfData;

    public string AlgorithmName => _hash.AlgorithmName;

    public int GetDigestSize() => _hash.GetDigestSize();

    public int GetByteLength() => _hash.GetByteLength();

    public void Update(byte input) => _hash.Update(input);

    public void BlockUpdate(byte[] input, int inOff, int inLen) => BlockUpdate(input.AsSpan(inOff, inLen));

    public void BlockUpdate(ReadOnlySpan<byte> input)
    {
        var isCoordinate =
            !_isOfData && (input.SequenceEqual(point.AsSpan(1, 32)) || input.SequenceEqual(point.AsSpan(33)));
        _hash.BlockUpdate(isCoordinate ? input.TrimStart((byte)0) : input);
    }

    public int DoFinal(byte[] output, int outOff) => DoFinal(output.AsSpan(outOff));

    public int DoFinal(Span<byte> output)
    {
        // The first hash is that of user and key.
        _isOfData = true;
        return _hash.DoFinal(output);
    }

    public void Reset() => _hash.Reset();
}
