using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace IdResolution.HandleProtocol.Security.Sm;

/// <summary>
/// An SM2 key pair, for clients of Teleinfo's dialect and for tests. The point of a signature takes the same steps for every secret, but the last
/// steps use <see cref="BigInteger"/>, whose time depends on its numbers: do not sign with it where strangers ask for signatures and can measure
/// how long they take, as they can of a site's key.
/// </summary>
public sealed class Sm2KeyPair : KeyPair
{
    private readonly BigInteger _secret;
    private readonly Sm2PublicKey _publicKey;

    internal Sm2KeyPair(BigInteger secret)
    {
        _secret = secret;
        var (x, y) = Sm2Point.MultiplyBase(secret).ToAffine();
        _publicKey = new Sm2PublicKey(x, y);
    }

    /// <inheritdoc/>
    public override PublicKey PublicKey => _publicKey;

    /// <summary>Makes a key pair.</summary>
    public static Sm2KeyPair Generate() => new(Sm2Signature.RandomNumber());

    /// <inheritdoc/>
    /// <remarks>With the identity that signers have where none is agreed.</remarks>
    public override byte[] Sign(SignatureHash hash, ReadOnlySpan<byte> data) => Sign(hash, Sm2Signature.UsualIdentity, data);

    /// <summary>Signs as a signer of an identity, such as the user's handle.</summary>
    /// <exception cref="NotSupportedException">The hash is another than SM3.</exception>
    public byte[] Sign(SignatureHash hash, string identity, ReadOnlySpan<byte> data) =>
        hash == SignatureHash.Sm3 ? _publicKey.Sign(_secret, identity, data) : throw new NotSupportedException();

    /// <inheritdoc/>
    public override string ToPem()
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        using (inner.PushSequence())
        {
            inner.WriteInteger(1);
            inner.WriteOctetString(Sm2Curve.Bytes(_secret));
            using (inner.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            {
                inner.WriteBitString(_publicKey.ToPoint());
            }
        }
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            Sm2PublicKey.WriteAlgorithm(writer);
            writer.WriteOctetString(inner.Encode());
        }
        return PemEncoding.WriteString("PRIVATE KEY", writer.Encode());
    }

    /// <summary>Reads the PEM text of PKCS#8 (RFC 5958) with a key of RFC 5915; false where it is none, or of another curve.</summary>
    internal static bool TryRead(string pem, [NotNullWhen(true)] out KeyPair? pair)
    {
        pair = null;
        if (!PemEncoding.TryFind(pem, out var fields) || !pem.AsSpan()[fields.Label].SequenceEqual("PRIVATE KEY"))
        {
            return false;
        }
        var der = new byte[fields.DecodedDataLength];
        if (!Convert.TryFromBase64Chars(pem.AsSpan()[fields.Base64Data], der, out var length))
        {
            return false;
        }
        try
        {
            pair = Read(der.AsMemory(0, length));
        }
        catch (AsnContentException)
        {
            // The reader has no other way to say so.
            pair = null;
        }
        return pair is not null;
    }

    private static Sm2KeyPair? Read(ReadOnlyMemory<byte> der)
    {
        var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        info.ReadInteger();
        var algorithm = info.ReadSequence();
        if (!Sm2PublicKey.IsAlgorithm(algorithm.ReadObjectIdentifier(), algorithm))
        {
            return null;
        }
        var key = new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadSequence();
        key.ReadInteger();
        var secret = new BigInteger(key.ReadOctetString(), isUnsigned: true, isBigEndian: true);
        return secret.Sign > 0 && secret < Sm2Curve.N - 1 ? new Sm2KeyPair(secret) : null;
    }
}
