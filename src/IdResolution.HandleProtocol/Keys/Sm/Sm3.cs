using Org.BouncyCastle.Crypto.Digests;

namespace IdResolution.HandleProtocol.Keys.Sm;

/// <summary>The hash SM3 (GB/T 32905-2016).</summary>
internal static class Sm3
{
    /// <summary>The hash of both pieces, one after the other.</summary>
    public static byte[] HashData(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var running = new SM3Digest();
        running.BlockUpdate(first);
        running.BlockUpdate(second);
        var hash = new byte[running.GetDigestSize()];
        running.DoFinal(hash, 0);
        return hash;
    }
}
