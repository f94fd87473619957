using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>
/// A public key in the form of HS_PUBKEY values and site records: the name of the algorithm, two bytes of flags, then
/// the numbers. In Teleinfo's dialect it is the PEM text of an X.509 SubjectPublicKeyInfo. A stranger may have written
/// the value, so the size of the key is bounded when it is read.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Key</term><description>What works with it</description></listheader>
/// <item><term>RSA, 1024 to 8192 bits</term><description>Proofs, credentials and JWS (RS256) with SHA-1 and SHA-256,
/// PKCS#1 v1.5; session keys, modes 1 to 3.</description></item>
/// <item><term>DSA, 1024 to 3072 bits</term><description>Verifying proofs and credentials with SHA-1 and SHA-256, DER,
/// and JWS (DS160) with SHA-1; no signing.</description></item>
/// <item><term>Diffie-Hellman, 512 to 4096 bits</term><description>Session keys, mode 4.</description></item>
/// <item><term>SM2 (sm2p256v1)</term><description>Proofs and credentials with SM3, DER; verifying JWS (SM2SM3); no
/// session keys.</description></item>
/// <item><term>SM9, other curves</term><description>Recognised, unsupported: 404.</description></item>
/// <item><term>MD5 under a signature</term><description>Unsupported: 404.</description></item>
/// <item><term>Secret keys</term><description>Every kind of keyed digest; SM3 with a secret key is
/// unsupported.</description></item>
/// <item><term>Session ciphers</term><description>AES-128, DESede, DES, SM4; MACs of sessions from 2.7 on and before
/// 2.5.</description></item>
/// </list>
/// </remarks>
public abstract class PublicKey : IEquatable<PublicKey>
{
    /// <summary>The type of values that hold public keys.</summary>
    public const string ValueType = "HS_PUBKEY";

    /// <summary>In bytes: more than any key within the bounds needs.</summary>
    private const int MaxLength = 16_384;

    /// <summary>The kind of key, which says what it can be used for.</summary>
    public abstract PublicKeyAlgorithm Algorithm { get; }

    /// <summary>
    /// True for a key that is too small today: RSA, DSA and Diffie-Hellman of less than 2048 bits.
    /// </summary>
    public virtual bool IsWeak => false;

    /// <summary>The least bits of a key that is not weak.</summary>
    private protected const int StrongBits = 2048;

    /// <summary>
    /// Reads a key. False if the bytes are malformed, or the key is smaller or bigger than is accepted. A key that is
    /// recognised but not supported has the algorithm <see cref="PublicKeyAlgorithm.Other"/>.
    /// </summary>
    /// <param name="data">The data of an HS_PUBKEY value.</param>
    /// <param name="key">The key; null if the result is false.</param>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (data.Length > MaxLength)
        {
            return false;
        }
        if (PublicKeyPem.LooksLike(data))
        {
            return PublicKeyPem.TryRead(data, out key);
        }
        var reader = new WireReader(data);
        if (!reader.TryArray(out var name) || !reader.TryUInt16(out _))
        {
            return false;
        }
        key = Read(name, ref reader);
        // The reference implementation writes four zero bytes after an RSA key.
        return key is not null && reader.Rest.IndexOfAnyExcept((byte)0) < 0;
    }

    /// <summary>Reads an X.509 SubjectPublicKeyInfo in DER, such as the one in a client's certificate.</summary>
    public static bool TryReadSubjectPublicKeyInfo(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out PublicKey? key) =>
        PublicKeyPem.TryReadDer(der, out key);

    /// <summary>The key as the data of an HS_PUBKEY value.</summary>
    public byte[] ToData()
    {
        var output = new ArrayBufferWriter<byte>();
        Write(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Tells whether a signature is right. The result is unsupported if the key cannot sign, or not with this hash.
    /// </summary>
    public abstract ProofResult Verify(SignatureHash hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>Writes the key in the layout of HS_PUBKEY.</summary>
    private protected abstract void Write(WireWriter writer);

    /// <summary>True if both are the same key, even if they were read from different forms.</summary>
    public bool Equals(PublicKey? other) => other is not null && ToData().AsSpan().SequenceEqual(other.ToData());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(ToData());
        return hash.ToHashCode();
    }

    private static PublicKey? Read(ReadOnlySpan<byte> name, ref WireReader reader)
    {
        if (name.SequenceEqual(RsaPublicKey.Name))
        {
            return RsaPublicKey.Read(ref reader);
        }
        if (name.SequenceEqual(DsaPublicKey.Name))
        {
            return DsaPublicKey.Read(ref reader);
        }
        if (name.SequenceEqual(DiffieHellmanPublicKey.Name))
        {
            return DiffieHellmanPublicKey.Read(ref reader);
        }
        if (name.SequenceEqual(Sm2PublicKey.Name))
        {
            return Sm2PublicKey.Read(ref reader);
        }
        return UnsupportedPublicKey.IsName(name) && reader.TryArray(out var text)
            ? new UnsupportedPublicKey(name.ToArray(), text.ToArray())
            : null;
    }

    private protected static void WriteStart(WireWriter writer, ReadOnlySpan<byte> name)
    {
        writer.Array(name);
        writer.UInt16(0);
    }

    /// <summary>
    /// Writes a number. It is signed on the wire, so a zero byte precedes a first byte of 0x80 or more.
    /// </summary>
    private protected static void WriteNumber(WireWriter writer, ReadOnlySpan<byte> magnitude)
    {
        var zeros = magnitude.IsEmpty || magnitude[0] >= 0x80 ? 1 : 0;
        writer.Int32(magnitude.Length + zeros);
        if (zeros == 1)
        {
            writer.Byte(0);
        }
        writer.Bytes(magnitude);
    }

    /// <summary>
    /// Reads a number without its leading zeros; false if it is too long for any key. Old writers leave the zero byte
    /// before the number out, so a negative number is read as an unsigned one.
    /// </summary>
    private protected static bool TryNumber(ref WireReader reader, [NotNullWhen(true)] out byte[]? magnitude)
    {
        magnitude =
            reader.TryArray(out var bytes) && bytes.Length <= MaxLength ? bytes.TrimStart((byte)0).ToArray() : null;
        return magnitude is not null;
    }

    private protected static BigInteger Number(ReadOnlySpan<byte> magnitude) =>
        new(magnitude, isUnsigned: true, isBigEndian: true);
}
