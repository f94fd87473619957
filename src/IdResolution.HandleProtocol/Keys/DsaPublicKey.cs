using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>
/// A DSA key (FIPS 186-4) of 1024 to 3072 bits with a q of 160, 224 or 256 bits. Its signatures are in DER. On a
/// platform without DSA, every verification is unsupported.
/// </summary>
public sealed class DsaPublicKey : PublicKey
{
    private const int LeastBits = 1024;
    private const int MostBits = 3072;

    private readonly byte[] _q,
        _p,
        _g,
        _y;

    private DsaPublicKey(byte[] q, byte[] p, byte[] g, byte[] y) => (_q, _p, _g, _y) = (q, p, g, y);

    internal static ReadOnlySpan<byte> Name => "DSA_PUB_KEY"u8;

    /// <inheritdoc/>
    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Dsa;

    /// <inheritdoc/>
    public override bool IsWeak => Number(_p).GetBitLength() < StrongBits;

    /// <summary>The numbers q, p, g and y, big-endian; g and y are padded to the length of p.</summary>
    public DSAParameters Parameters =>
        new()
        {
            Q = _q,
            P = _p,
            G = Padded(_g),
            Y = Padded(_y),
        };

    /// <summary>Takes the numbers of a key, big-endian; false if they are out of bounds.</summary>
    public static bool TryCreate(
        ReadOnlySpan<byte> q,
        ReadOnlySpan<byte> p,
        ReadOnlySpan<byte> g,
        ReadOnlySpan<byte> y,
        [NotNullWhen(true)] out DsaPublicKey? key
    )
    {
        key = null;
        if (p.Length > MostBits / 8 + 1 || q.Length > 33 || g.Length > MostBits / 8 + 1 || y.Length > MostBits / 8 + 1)
        {
            return false;
        }
        var modulus = Number(p);
        var order = Number(q);
        if (
            modulus.GetBitLength() is < LeastBits or > MostBits
            || modulus.IsEven
            || order.GetBitLength() is not (160 or 224 or 256)
            || order.IsEven
            || !IsBetween(Number(g), modulus)
            || !IsBetween(Number(y), modulus)
        )
        {
            return false;
        }
        key = new DsaPublicKey(Trimmed(q), Trimmed(p), Trimmed(g), Trimmed(y));
        return true;
    }

    /// <inheritdoc/>
    public override ProofResult Verify(SignatureHash hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (!hash.TryPlatformName(out var name))
        {
            return ProofResult.Unsupported;
        }
        try
        {
            using var dsa = DSA.Create(Parameters);
            return dsa.VerifyData(data, signature, name, DSASignatureFormat.Rfc3279DerSequence)
                ? ProofResult.Right
                : ProofResult.Wrong;
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            return ProofResult.Unsupported;
        }
    }

    internal static DsaPublicKey? Read(ref WireReader reader) =>
        TryNumber(ref reader, out var q)
        && TryNumber(ref reader, out var p)
        && TryNumber(ref reader, out var g)
        && TryNumber(ref reader, out var y)
        && TryCreate(q, p, g, y, out var key)
            ? key
            : null;

    private protected override void Write(WireWriter writer)
    {
        WriteStart(writer, Name);
        WriteNumber(writer, _q);
        WriteNumber(writer, _p);
        WriteNumber(writer, _g);
        WriteNumber(writer, _y);
    }

    private static bool IsBetween(BigInteger number, BigInteger modulus) => number > 1 && number < modulus - 1;

    private static byte[] Trimmed(ReadOnlySpan<byte> number) => number.TrimStart((byte)0).ToArray();

    private byte[] Padded(byte[] number)
    {
        var padded = new byte[_p.Length];
        number.CopyTo(padded, _p.Length - number.Length);
        return padded;
    }
}
