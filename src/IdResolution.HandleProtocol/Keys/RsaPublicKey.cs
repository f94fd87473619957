using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>
/// An RSA key of 1024 to 8192 bits with an odd exponent of 2 to 32 bits. These bounds limit the check of a signature to
/// two milliseconds.
/// </summary>
public sealed class RsaPublicKey : PublicKey
{
    private const int LeastBits = 1024;
    private const int MostBits = 8192;
    private const int MostExponentBytes = 4;

    private RsaPublicKey(byte[] modulus, byte[] exponent)
    {
        Modulus = modulus;
        Exponent = exponent;
    }

    internal static ReadOnlySpan<byte> Name => "RSA_PUB_KEY"u8;

    /// <inheritdoc/>
    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Rsa;

    /// <inheritdoc/>
    public override bool IsWeak => Number(Modulus.Span).GetBitLength() < StrongBits;

    /// <summary>The modulus, big-endian, without leading zeros.</summary>
    public ReadOnlyMemory<byte> Modulus { get; }

    /// <summary>The exponent, big-endian, without leading zeros.</summary>
    public ReadOnlyMemory<byte> Exponent { get; }

    /// <summary>Takes the numbers of a key, big-endian; false if they are out of bounds.</summary>
    public static bool TryCreate(
        ReadOnlySpan<byte> modulus,
        ReadOnlySpan<byte> exponent,
        [NotNullWhen(true)] out RsaPublicKey? key
    )
    {
        modulus = modulus.TrimStart((byte)0);
        exponent = exponent.TrimStart((byte)0);
        key = null;
        if (modulus.Length > MostBits / 8 || exponent.Length is 0 or > MostExponentBytes)
        {
            return false;
        }
        var n = Number(modulus);
        if (n.GetBitLength() < LeastBits || n.IsEven || (exponent[^1] & 1) == 0 || exponent is [1])
        {
            return false;
        }
        key = new RsaPublicKey(modulus.ToArray(), exponent.ToArray());
        return true;
    }

    /// <inheritdoc/>
    public override ProofResult Verify(SignatureHash hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (!hash.TryPlatformName(out var name))
        {
            return ProofResult.Unsupported;
        }
        using var rsa = Open();
        return signature.Length == Modulus.Length && rsa.VerifyData(data, signature, name, RSASignaturePadding.Pkcs1)
            ? ProofResult.Right
            : ProofResult.Wrong;
    }

    /// <summary>The key as PEM text of an X.509 SubjectPublicKeyInfo.</summary>
    public string ToPem()
    {
        using var rsa = Open();
        return rsa.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>Encrypts a session key with PKCS#1 v1.5, which the protocol prescribes.</summary>
    internal byte[] Encrypt(ReadOnlySpan<byte> bytes)
    {
        using var rsa = Open();
        return rsa.Encrypt(bytes, RSAEncryptionPadding.Pkcs1);
    }

    internal static RsaPublicKey? Read(ref WireReader reader) =>
        TryNumber(ref reader, out var exponent)
        && TryNumber(ref reader, out var modulus)
        && TryCreate(modulus, exponent, out var key)
            ? key
            : null;

    private protected override void Write(WireWriter writer)
    {
        WriteStart(writer, Name);
        WriteNumber(writer, Exponent.Span);
        WriteNumber(writer, Modulus.Span);
        // The reference implementation writes four bytes that have no meaning.
        writer.Int32(0);
    }

    private RSA Open() => RSA.Create(new RSAParameters { Modulus = Modulus.ToArray(), Exponent = Exponent.ToArray() });
}
