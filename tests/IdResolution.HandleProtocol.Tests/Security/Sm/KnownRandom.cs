using Org.BouncyCastle.Crypto.Prng;

namespace IdResolution.HandleProtocol.Tests.Security.Sm;

/// <summary>The "random" number of an example, again and again.</summary>
internal sealed class KnownRandom(byte[] number) : IRandomGenerator
{
    public void AddSeedMaterial(byte[] seed) { }

    public void AddSeedMaterial(ReadOnlySpan<byte> seed) { }

    public void AddSeedMaterial(long seed) { }

    public void NextBytes(byte[] bytes) => NextBytes(bytes.AsSpan());

    public void NextBytes(byte[] bytes, int start, int len) => NextBytes(bytes.AsSpan(start, len));

    public void NextBytes(Span<byte> bytes) => number.CopyTo(bytes);
}
