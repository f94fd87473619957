using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace IdResolution.HandleProtocol.Security.Sm;

/// <summary>Signatures of SM2 with SM3 (GB/T 32918.2-2016), in DER: a sequence of r and s (GB/T 35276).</summary>
internal static class Sm2Signature
{
    /// <summary>The identity of a signer where none is agreed (GB/T 35276).</summary>
    public const string UsualIdentity = "1234567812345678";

    /// <summary>Its length is written as 16 bits that count bits.</summary>
    private const int MaxIdentityLength = 8_191;

    /// <summary>The longest DER of two numbers of 256 bits.</summary>
    private const int MaxLength = 72;

    public static bool Verify(BigInteger x, BigInteger y, string identity, ReadOnlySpan<byte> data, ReadOnlyMemory<byte> signature)
    {
        var n = Sm2Curve.N;
        if (!TryRead(signature, out var r, out var s) || r.Sign <= 0 || r >= n || s.Sign <= 0 || s >= n || !TryDigest(x, y, identity, data, out var e))
        {
            return false;
        }
        var t = (r + s) % n;
        if (t.IsZero)
        {
            return false;
        }
        var point = Sm2Curve.G.MultiplyAdd(s, Sm2Point.Affine(x, y), t);
        return !point.IsInfinity && (e + point.ToAffine().X) % n == r;
    }

    /// <summary>Signs; <paramref name="random"/> is for the examples of the standard, else each signature takes a number of its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The identity is longer than SM2 can name.</exception>
    public static byte[] Sign(BigInteger secret, BigInteger x, BigInteger y, string identity, ReadOnlySpan<byte> data, BigInteger? random = null)
    {
        if (!TryDigest(x, y, identity, data, out var e))
        {
            throw new ArgumentOutOfRangeException(nameof(identity));
        }
        var n = Sm2Curve.N;
        while (true)
        {
            var k = random ?? RandomNumber();
            var r = (e + Sm2Point.MultiplyBase(k).ToAffine().X) % n;
            var s = BigInteger.ModPow(secret + 1, n - 2, n) * (k + (n - r) * secret) % n;
            if (!r.IsZero && r + k != n && !s.IsZero)
            {
                return Write(r, s);
            }
        }
    }

    /// <summary>1 to n − 2, from 320 random bits, so that none is likelier.</summary>
    public static BigInteger RandomNumber() => new BigInteger(RandomNumberGenerator.GetBytes(40), isUnsigned: true) % (Sm2Curve.N - 2) + 1;

    /// <summary>Z, the hash of the signer's identity and key (§5.5); false where the identity is too long.</summary>
    public static bool TryIdentityHash(BigInteger x, BigInteger y, string identity, [NotNullWhen(true)] out byte[]? hash)
    {
        hash = null;
        var id = Encoding.UTF8.GetBytes(identity);
        if (id.Length > MaxIdentityLength)
        {
            return false;
        }
        var bits = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bits, (ushort)(8 * id.Length));
        var (gx, gy) = Sm2Curve.G.ToAffine();
        hash = Sm3.HashData(
            [.. bits, .. id, .. Sm2Curve.Bytes(Sm2Curve.A), .. Sm2Curve.Bytes(Sm2Curve.B), .. Sm2Curve.Bytes(gx), .. Sm2Curve.Bytes(gy), .. Sm2Curve.Bytes(x), .. Sm2Curve.Bytes(y)]);
        return true;
    }

    private static bool TryDigest(BigInteger x, BigInteger y, string identity, ReadOnlySpan<byte> data, out BigInteger e)
    {
        e = default;
        if (!TryIdentityHash(x, y, identity, out var z))
        {
            return false;
        }
        e = new BigInteger(Sm3.HashData(z, data), isUnsigned: true, isBigEndian: true);
        return true;
    }

    private static bool TryRead(ReadOnlyMemory<byte> signature, out BigInteger r, out BigInteger s)
    {
        (r, s) = (default, default);
        if (signature.Length > MaxLength)
        {
            return false;
        }
        try
        {
            var outer = new AsnReader(signature, AsnEncodingRules.DER);
            var numbers = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            (r, s) = (numbers.ReadInteger(), numbers.ReadInteger());
            numbers.ThrowIfNotEmpty();
            return true;
        }
        catch (AsnContentException)
        {
            // The reader has no other way to say so.
            return false;
        }
    }

    private static byte[] Write(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }
        return writer.Encode();
    }
}
