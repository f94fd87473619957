using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Security.Sm;

/// <summary>An SM2 key of Teleinfo's dialect: PEM text, alone or framed as <c>SM2_PUB_KEY</c>. Signatures are taken in DER, which is presumed and was not seen from that dialect's client.</summary>
public sealed class Sm2PublicKey : PublicKey
{
    private const string CurveKeyOid = "1.2.840.10045.2.1";
    private const byte Uncompressed = 4;

    private readonly BigInteger _x, _y;

    internal Sm2PublicKey(BigInteger x, BigInteger y) => (_x, _y) = (x, y);

    internal static ReadOnlySpan<byte> Name => "SM2_PUB_KEY"u8;

    /// <inheritdoc/>
    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Sm2;

    /// <summary>The PEM text of the X.509 form.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", ToDer());

    /// <inheritdoc/>
    /// <remarks>With the identity that signers have where none is agreed.</remarks>
    public override ProofResult Verify(SignatureHash hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => Verify(hash, Sm2Signature.UsualIdentity, data, signature);

    /// <summary>Tells whether a signature is right for the identity of a signer, such as the user's handle.</summary>
    public ProofResult Verify(SignatureHash hash, string identity, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        hash != SignatureHash.Sm3 ? ProofResult.Unsupported
        : Sm2Signature.Verify(_x, _y, identity, data, signature.ToArray()) ? ProofResult.Right : ProofResult.Wrong;

    /// <summary>Takes the point of a key, uncompressed as SEC 1 §2.3.3 writes it; false where it is none of the curve.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> point, [NotNullWhen(true)] out Sm2PublicKey? key)
    {
        key = null;
        if (point.Length != 1 + 2 * Sm2Curve.Length || point[0] != Uncompressed)
        {
            return false;
        }
        var x = Number(point.Slice(1, Sm2Curve.Length));
        var y = Number(point[(1 + Sm2Curve.Length)..]);
        key = Sm2Curve.Contains(x, y) ? new Sm2PublicKey(x, y) : null;
        return key is not null;
    }

    /// <summary>True for the algorithm of a key in X.509 or PKCS#8 that names the curve of SM2.</summary>
    internal static bool IsAlgorithm(string oid, AsnReader parameters) =>
        oid == CurveKeyOid && parameters.HasData && parameters.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier) && parameters.ReadObjectIdentifier() == Sm2Curve.Oid;

    internal static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CurveKeyOid);
            writer.WriteObjectIdentifier(Sm2Curve.Oid);
        }
    }

    internal byte[] ToPoint() => [Uncompressed, .. Sm2Curve.Bytes(_x), .. Sm2Curve.Bytes(_y)];

    internal byte[] Sign(BigInteger secret, string identity, ReadOnlySpan<byte> data) => Sm2Signature.Sign(secret, _x, _y, identity, data);

    internal static Sm2PublicKey? Read(ref WireReader reader) =>
        reader.TryArray(out var pem) && PublicKeyPem.TryRead(pem, out var key) ? key as Sm2PublicKey : null;

    private protected override void Write(WireWriter writer)
    {
        WriteStart(writer, Name);
        writer.Array(Encoding.ASCII.GetBytes(ToPem()));
    }

    private byte[] ToDer()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteAlgorithm(writer);
            writer.WriteBitString(ToPoint());
        }
        return writer.Encode();
    }
}
