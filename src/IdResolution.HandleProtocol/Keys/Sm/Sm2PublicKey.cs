using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Wire;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.X509;
using BigInteger = Org.BouncyCastle.Math.BigInteger;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace IdResolution.HandleProtocol.Keys.Sm;

/// <summary>
/// An SM2 key of Teleinfo's dialect: PEM text, alone or framed as <c>SM2_PUB_KEY</c>. Signatures are read as DER. This
/// is an assumption: no signature of a client of the dialect was seen.
/// </summary>
public sealed class Sm2PublicKey : PublicKey
{
    /// <summary>The signer's identity if none was agreed (GB/T 35276).</summary>
    internal const string UsualIdentity = "1234567812345678";

    /// <summary>SM2 writes the length of the identity in bits, as a 16-bit number.</summary>
    private const int MaxIdentityLength = 8_191;

    /// <summary>The longest DER of two numbers of 256 bits.</summary>
    private const int MaxSignatureLength = 72;

    private const int CoordinateLength = 32;
    private const byte Uncompressed = 4;

    private readonly ECPublicKeyParameters _key;

    internal Sm2PublicKey(ECPoint point) => _key = new ECPublicKeyParameters(point, Domain);

    /// <summary>The curve of SM2, sm2p256v1 (GB/T 32918.5-2017).</summary>
    internal static ECNamedDomainParameters Domain { get; } =
        ECNamedDomainParameters.LookupOid(GMObjectIdentifiers.sm2p256v1);

    internal static ReadOnlySpan<byte> Name => "SM2_PUB_KEY"u8;

    /// <inheritdoc/>
    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Sm2;

    /// <summary>The key as PEM text of an X.509 SubjectPublicKeyInfo.</summary>
    public string ToPem() =>
        PemEncoding.WriteString(
            "PUBLIC KEY",
            SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(_key).GetDerEncoded()
        );

    /// <inheritdoc/>
    /// <remarks>Uses <c>1234567812345678</c>, the usual identity of SM2.</remarks>
    public override ProofResult Verify(SignatureHash hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Verify(hash, UsualIdentity, data, signature);

    /// <summary>Tells whether a signature is right for the identity of a signer, such as the user's handle.</summary>
    public ProofResult Verify(
        SignatureHash hash,
        string identity,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> signature
    )
    {
        if (hash != SignatureHash.Sm3)
        {
            return ProofResult.Unsupported;
        }
        if (signature.Length > MaxSignatureLength || !TryIdentity(identity, out var id))
        {
            return ProofResult.Wrong;
        }
        return
            IsRight(new SM2Signer(), id, data, signature)
            || (
                ToPoint() is var point
                && (point[1] == 0 || point[1 + CoordinateLength] == 0)
                && IsRight(new SM2Signer(new ShortKeyDigest(point)), id, data, signature)
            )
            ? ProofResult.Right
            : ProofResult.Wrong;
    }

    private bool IsRight(SM2Signer signer, byte[] id, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        // The signer returns false for malformed bytes, and accepts only one encoding of each signature.
        signer.Init(forSigning: false, new ParametersWithID(_key, id));
        signer.BlockUpdate(data);
        return signer.VerifySignature(signature.ToArray());
    }

    /// <summary>Takes the key's point, uncompressed as in SEC 1 §2.3.3; false if it is not on the curve.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> point, [NotNullWhen(true)] out Sm2PublicKey? key)
    {
        key = null;
        if (point.Length != 1 + 2 * CoordinateLength || point[0] != Uncompressed)
        {
            return false;
        }
        var x = new BigInteger(1, point.Slice(1, CoordinateLength));
        var y = new BigInteger(1, point[(1 + CoordinateLength)..]);
        // The library throws for a point that is not on the curve, and strangers send such points.
        if (
            !Domain.Curve.IsValidFieldElement(x)
            || !Domain.Curve.IsValidFieldElement(y)
            || Domain.Curve.CreatePoint(x, y) is not { } candidate
            || !candidate.IsValid()
        )
        {
            return false;
        }
        key = new Sm2PublicKey(candidate);
        return true;
    }

    /// <summary>
    /// Takes the key's point by its coordinates, big-endian, with or without zeros in front; false if it is not on the
    /// curve.
    /// </summary>
    internal static bool TryCreate(
        ReadOnlySpan<byte> x,
        ReadOnlySpan<byte> y,
        [NotNullWhen(true)] out Sm2PublicKey? key
    )
    {
        key = null;
        Span<byte> point = stackalloc byte[1 + 2 * CoordinateLength];
        point.Clear();
        point[0] = Uncompressed;
        x = x.TrimStart((byte)0);
        y = y.TrimStart((byte)0);
        if (x.Length > CoordinateLength || y.Length > CoordinateLength)
        {
            return false;
        }
        x.CopyTo(point[(1 + CoordinateLength - x.Length)..]);
        y.CopyTo(point[(point.Length - y.Length)..]);
        return TryCreate(point, out key);
    }

    /// <summary>True if the algorithm of a key in X.509 or PKCS#8 names the curve of SM2.</summary>
    internal static bool IsAlgorithm(string oid, AsnReader parameters) =>
        oid == X9ObjectIdentifiers.IdECPublicKey.Id
        && parameters.HasData
        && parameters.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)
        && parameters.ReadObjectIdentifier() == Domain.Name.Id;

    /// <summary>The identity in UTF-8; false if it is too long for SM2.</summary>
    internal static bool TryIdentity(string identity, out byte[] id)
    {
        id = Encoding.UTF8.GetBytes(identity);
        return id.Length <= MaxIdentityLength;
    }

    internal byte[] ToPoint() => _key.Q.GetEncoded(compressed: false);

    internal static Sm2PublicKey? Read(ref WireReader reader) =>
        reader.TryArray(out var pem) && PublicKeyPem.TryRead(pem, out var key) ? key as Sm2PublicKey : null;

    private protected override void Write(WireWriter writer)
    {
        WriteStart(writer, Name);
        writer.Array(Encoding.ASCII.GetBytes(ToPem()));
    }
}
