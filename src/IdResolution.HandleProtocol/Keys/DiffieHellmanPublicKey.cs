using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>
/// A Diffie-Hellman key over an odd p of 512 to 4096 bits (use 2048 and more). Nothing checks that p is prime, or how
/// many numbers g generates. With a bad group the session key is no secret, which harms only the peer that sent the
/// group. But all powers of g may then be 0 or 1, so making a key pair over the group can fail.
/// </summary>
public sealed class DiffieHellmanPublicKey : PublicKey
{
    private const int LeastBits = 512;
    private const int MostBits = 4096;

    private DiffieHellmanPublicKey(BigInteger y, BigInteger p, BigInteger g) => (Y, P, G) = (y, p, g);

    internal static ReadOnlySpan<byte> Name => "DH_PUB_KEY"u8;

    /// <inheritdoc/>
    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.DiffieHellman;

    /// <inheritdoc/>
    public override bool IsWeak => P.GetBitLength() < StrongBits;

    /// <summary>The public number: 2 to p − 2.</summary>
    public BigInteger Y { get; }

    /// <summary>The modulus p, odd.</summary>
    public BigInteger P { get; }

    /// <summary>The generator: 2 to p − 2.</summary>
    public BigInteger G { get; }

    /// <summary>
    /// Takes the numbers of a key. False if they are out of bounds, or if y or g is 0, 1 or p − 1: the shared secret
    /// would then be known to all.
    /// </summary>
    public static bool TryCreate(
        BigInteger y,
        BigInteger p,
        BigInteger g,
        [NotNullWhen(true)] out DiffieHellmanPublicKey? key
    )
    {
        var allowed =
            p.Sign > 0
            && p.GetBitLength() is >= LeastBits and <= MostBits
            && !p.IsEven
            && y > 1
            && y < p - 1
            && g > 1
            && g < p - 1;
        key = allowed ? new DiffieHellmanPublicKey(y, p, g) : null;
        return allowed;
    }

    /// <inheritdoc/>
    public override ProofResult Verify(SignatureHash hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        ProofResult.Unsupported;

    internal static DiffieHellmanPublicKey? Read(ref WireReader reader) =>
        TryNumber(ref reader, out var y)
        && TryNumber(ref reader, out var p)
        && TryNumber(ref reader, out var g)
        && TryCreate(Number(y), Number(p), Number(g), out var key)
            ? key
            : null;

    private protected override void Write(WireWriter writer)
    {
        WriteStart(writer, Name);
        WriteNumber(writer, Y.ToByteArray(isUnsigned: true, isBigEndian: true));
        WriteNumber(writer, P.ToByteArray(isUnsigned: true, isBigEndian: true));
        WriteNumber(writer, G.ToByteArray(isUnsigned: true, isBigEndian: true));
    }
}
