using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Keys.Sm;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>Reads X.509 SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) in PEM (RFC 7468) or DER.</summary>
internal static class PublicKeyPem
{
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string DsaOid = "1.2.840.10040.4.1";

    /// <summary>True if the data start like PEM text; white space before it is tolerated.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> data) => data.TrimStart(" \t\r\n"u8).StartsWith("-----BEGIN"u8);

    /// <summary>Reads the first block of PEM text, which must be a public key.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        return Ascii.IsValid(data)
            && TryDecode(Encoding.ASCII.GetString(data), "PUBLIC KEY", out var der)
            && TryReadDer(der, out key);
    }

    /// <summary>Decodes the first block of PEM text; false if it has another label.</summary>
    public static bool TryDecode(string text, string label, out ReadOnlyMemory<byte> der)
    {
        der = default;
        if (!PemEncoding.TryFind(text, out var fields) || !text.AsSpan()[fields.Label].SequenceEqual(label))
        {
            return false;
        }
        var bytes = new byte[fields.DecodedDataLength];
        var isBase64 = Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], bytes, out var written);
        der = bytes.AsMemory(0, written);
        return isBase64;
    }

    /// <summary>Reads DER; false if it is malformed or the key is out of bounds.</summary>
    public static bool TryReadDer(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out PublicKey? key)
    {
        try
        {
            key = Read(der);
        }
        catch (AsnContentException)
        {
            // The reader has no way but the exception to refuse a text.
            key = null;
        }
        return key is not null;
    }

    private static PublicKey? Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var info = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var algorithm = info.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        var bits = info.ReadBitString(out var unused);
        info.ThrowIfNotEmpty();
        if (unused != 0)
        {
            return null;
        }
        if (Sm2PublicKey.IsAlgorithm(oid, algorithm))
        {
            return Sm2PublicKey.TryCreate(bits, out var sm2) ? sm2 : null;
        }
        return oid switch
        {
            RsaOid => ReadRsa(bits),
            DsaOid => ReadDsa(algorithm, bits),
            _ => new UnsupportedPublicKey([], der.ToArray()),
        };
    }

    private static RsaPublicKey? ReadRsa(byte[] bits)
    {
        var numbers = new AsnReader(bits, AsnEncodingRules.DER).ReadSequence();
        var modulus = numbers.ReadIntegerBytes().Span;
        return RsaPublicKey.TryCreate(modulus, numbers.ReadIntegerBytes().Span, out var key) ? key : null;
    }

    private static DsaPublicKey? ReadDsa(AsnReader algorithm, byte[] bits)
    {
        var numbers = algorithm.ReadSequence();
        var p = numbers.ReadIntegerBytes();
        var q = numbers.ReadIntegerBytes();
        var g = numbers.ReadIntegerBytes();
        var y = new AsnReader(bits, AsnEncodingRules.DER).ReadIntegerBytes();
        return DsaPublicKey.TryCreate(q.Span, p.Span, g.Span, y.Span, out var key) ? key : null;
    }
}
