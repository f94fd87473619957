using System.Security.Cryptography;

namespace IdResolution.Core.Primitives;

/// <summary>
/// Uses two keys derived from the node's key file: one for registration digests, one for secrets at rest. Thread-safe.
/// </summary>
public sealed class NodeSecrets
{
    /// <summary>The length of the key in the key file, in bytes.</summary>
    public const int KeyLength = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    // One object per thread, with its key, because OpenSSL takes several microseconds to make one.
    [ThreadStatic]
    private static (byte[] Key, HMACSHA256 Hmac) _keyed;

    private readonly byte[] _digestKey;
    private readonly byte[] _encryptionKey;

    /// <summary>Derives the keys (HKDF-SHA256, RFC 5869) from the 32 bytes of the key file.</summary>
    public NodeSecrets(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
        {
            throw new ArgumentException($"The key has {KeyLength} bytes.", nameof(key));
        }
        _digestKey = Derive(key, "idresolution registration digest"u8);
        _encryptionKey = Derive(key, "idresolution secrets at rest"u8);
        Fingerprint = Convert.ToHexStringLower(Derive(key, "idresolution key fingerprint"u8));
    }

    /// <summary>Identifies the key file without revealing the key. It is stored in the database.</summary>
    public string Fingerprint { get; }

    /// <summary>Computes the HMAC-SHA256 of the canonical form of a registration.</summary>
    public byte[] Digest(ReadOnlySpan<byte> canonical)
    {
        if (!ReferenceEquals(_keyed.Key, _digestKey))
        {
            _keyed.Hmac?.Dispose();
            _keyed = (_digestKey, new HMACSHA256(_digestKey));
        }
        var digest = new byte[HMACSHA256.HashSizeInBytes];
        _keyed.Hmac.TryComputeHash(canonical, digest, out _);
        return digest;
    }

    /// <summary>Encrypts with AES-256-GCM into nonce ‖ ciphertext ‖ tag. The nonce is random.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> plain)
    {
        var sealedBytes = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceLength));
        using var aes = new AesGcm(_encryptionKey, TagLength);
        aes.Encrypt(
            sealedBytes.AsSpan(0, NonceLength),
            plain,
            sealedBytes.AsSpan(NonceLength, plain.Length),
            sealedBytes.AsSpan(NonceLength + plain.Length)
        );
        return sealedBytes;
    }

    /// <summary>Decrypts the result of <see cref="Encrypt"/>.</summary>
    /// <exception cref="CryptographicException">The bytes were not encrypted with this key.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("Too short to be a sealed secret.");
        }
        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_encryptionKey, TagLength);
        aes.Decrypt(sealedBytes[..NonceLength], sealedBytes[NonceLength..^TagLength], sealedBytes[^TagLength..], plain);
        return plain;
    }

    private static byte[] Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> purpose)
    {
        var derived = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, [], purpose);
        return derived;
    }
}
