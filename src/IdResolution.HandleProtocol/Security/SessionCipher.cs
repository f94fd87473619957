using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// Encrypts the bytes after the envelope with the session's key: CBC with PKCS#5 padding and the IV in front. As in the
/// reference implementation, it is ECB without IV before 2.4. As in Teleinfo's client, SM4 takes the key for the IV and
/// puts nothing in front, so equal messages look equal. Encryption alone proves nothing: a server must answer a message
/// that cannot be decrypted in the same way as one with a wrong MAC.
/// </summary>
public static class SessionCipher
{
    /// <summary>Encrypts header, body and credential.</summary>
    public static byte[] Encrypt(SessionKey key, ProtocolVersion version, ReadOnlySpan<byte> clear)
    {
        if (key.Algorithm == SessionKeyAlgorithm.Sm4)
        {
            return Sm4.EncryptCbc(key.Bytes, iv: key.Bytes, clear);
        }
        using var cipher = Open(key);
        if (!version.IsAtLeast(4))
        {
            return cipher.EncryptEcb(clear, PaddingMode.PKCS7);
        }
        var iv = cipher.BlockSize / 8;
        var encrypted = new byte[iv + cipher.GetCiphertextLengthCbc(clear.Length)];
        RandomNumberGenerator.Fill(encrypted.AsSpan(0, iv));
        cipher.EncryptCbc(clear, encrypted.AsSpan(0, iv), encrypted.AsSpan(iv));
        return encrypted;
    }

    /// <summary>Decrypts; false if the length or the padding is wrong.</summary>
    public static bool TryDecrypt(
        SessionKey key,
        ProtocolVersion version,
        ReadOnlySpan<byte> encrypted,
        [NotNullWhen(true)] out byte[]? clear
    )
    {
        clear = null;
        var isSm4 = key.Algorithm == SessionKeyAlgorithm.Sm4;
        using var cipher = isSm4 ? null : Open(key);
        var block = cipher is null ? Sm4.BlockSize : cipher.BlockSize / 8;
        var iv = version.IsAtLeast(4) && !isSm4 ? block : 0;
        if (
            encrypted.Length < iv + block
            || encrypted.Length % block != 0
            || encrypted.Length > MessageLimits.MaxMessageLength + 2 * block
        )
        {
            return false;
        }
        var padded = cipher is null
            ? Sm4.DecryptCbc(key.Bytes, iv: key.Bytes, encrypted)
            : DecryptPadded(cipher, encrypted, iv);
        if (!TryUnpad(padded, block, out var length))
        {
            return false;
        }
        clear = padded[..length];
        return true;
    }

    /// <summary>Leaves the padding to <see cref="TryUnpad"/>, since the platform throws if it is wrong.</summary>
    private static byte[] DecryptPadded(SymmetricAlgorithm cipher, ReadOnlySpan<byte> encrypted, int iv) =>
        iv == 0
            ? cipher.DecryptEcb(encrypted, PaddingMode.None)
            : cipher.DecryptCbc(encrypted[iv..], encrypted[..iv], PaddingMode.None);

    private static bool TryUnpad(ReadOnlySpan<byte> padded, int block, out int length)
    {
        var count = padded[^1];
        length = padded.Length - count;
        return count >= 1 && count <= block && padded[length..].IndexOfAnyExcept(count) < 0;
    }

    [SuppressMessage(
        "Security",
        "CA5350:Do not use weak cryptographic algorithms",
        Justification = "DESede is what the peer asks for; AES is what is offered."
    )]
    [SuppressMessage(
        "Security",
        "CA5351:Do not use broken cryptographic algorithms",
        Justification = "Clients before 2.2 know DES alone."
    )]
    private static SymmetricAlgorithm Open(SessionKey key)
    {
        SymmetricAlgorithm cipher = key.Algorithm switch
        {
            SessionKeyAlgorithm.Des => DES.Create(),
            SessionKeyAlgorithm.TripleDes => TripleDES.Create(),
            _ => Aes.Create(),
        };
        cipher.Key = key.CipherKey.ToArray();
        return cipher;
    }
}
