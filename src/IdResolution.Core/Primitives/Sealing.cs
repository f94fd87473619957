using System.Security.Cryptography;

namespace IdResolution.Core.Primitives;

/// <summary>AES-256-GCM as nonce ‖ ciphertext ‖ tag. The nonce is random.</summary>
internal static class Sealing
{
    /// <summary>What a sealed text is longer than the plain one.</summary>
    public const int Overhead = NonceLength + TagLength;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    public static byte[] Encrypt(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
    {
        var sealedBytes = new byte[Overhead + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(
            sealedBytes.AsSpan(0, NonceLength),
            plain,
            sealedBytes.AsSpan(NonceLength, plain.Length),
            sealedBytes.AsSpan(NonceLength + plain.Length),
            associated
        );
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">The bytes were not sealed with this key and these data.</exception>
    public static byte[] Decrypt(byte[] key, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associated)
    {
        if (sealedBytes.Length < Overhead)
        {
            throw new CryptographicException("Too short to be a sealed secret.");
        }
        var plain = new byte[sealedBytes.Length - Overhead];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(
            sealedBytes[..NonceLength],
            sealedBytes[NonceLength..^TagLength],
            sealedBytes[^TagLength..],
            plain,
            associated
        );
        return plain;
    }
}
