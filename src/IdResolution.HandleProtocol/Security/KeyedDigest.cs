using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// Proofs over two pieces of bytes that someone holds a secret. The binary protocol and the HTTP interface share them.
/// </summary>
public static class KeyedDigest
{
    private const int LongestMac = 32;

    /// <summary>
    /// Reads the name of a kind in any spelling of the protocol and the HTTP interface; false for other names, such as
    /// SM3.
    /// </summary>
    public static bool TryKind(string? name, out KeyedDigestKind kind)
    {
        kind = name?.ToUpperInvariant() switch
        {
            "MD5" => KeyedDigestKind.Md5,
            "SHA1" or "SHA-1" => KeyedDigestKind.Sha1,
            "SHA256" or "SHA-256" => KeyedDigestKind.Sha256,
            "HMAC-SHA1" => KeyedDigestKind.HmacSha1,
            "HMAC-SHA256" => KeyedDigestKind.HmacSha256,
            "PBKDF2-HMAC-SHA1" or "PBKDF2WITHHMACSHA1" => KeyedDigestKind.Pbkdf2HmacSha1,
            _ => default,
        };
        return kind != default;
    }

    /// <summary>
    /// True for the kinds that today's clients do not use: those of MD5 and SHA-1, but for PBKDF2-HMAC-SHA1, which is
    /// what the reference's clients use and has no known weakness.
    /// </summary>
    public static bool IsWeak(KeyedDigestKind kind) =>
        kind is KeyedDigestKind.Md5 or KeyedDigestKind.Sha1 or KeyedDigestKind.HmacSha1;

    /// <summary>Tells whether a MAC is right. The comparison takes constant time.</summary>
    /// <param name="kind">The kind of the MAC.</param>
    /// <param name="secret">The secret as it is stored. With an empty secret the result is wrong.</param>
    /// <param name="first">The nonce of the server.</param>
    /// <param name="second">The digest of the request; over HTTP the nonce of the client.</param>
    /// <param name="mac">The MAC to check.</param>
    /// <param name="stretching">For <see cref="KeyedDigestKind.Pbkdf2HmacSha1"/>; other kinds ignore it.</param>
    public static ProofResult Verify(
        KeyedDigestKind kind,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        ReadOnlySpan<byte> mac,
        KeyStretching stretching = default
    )
    {
        if (!Enum.IsDefined(kind))
        {
            return ProofResult.Unsupported;
        }
        if (kind == KeyedDigestKind.Pbkdf2HmacSha1 && !stretching.IsAllowed)
        {
            return ProofResult.Malformed;
        }
        Span<byte> right = stackalloc byte[LongestMac];
        var length = Compute(kind, secret, first, second, stretching, right);
        return CryptographicOperations.FixedTimeEquals(right[..length], mac) && !secret.IsEmpty
            ? ProofResult.Right
            : ProofResult.Wrong;
    }

    /// <summary>Makes the MAC that <see cref="Verify"/> accepts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The stretching or the kind is not supported.</exception>
    public static byte[] Make(
        KeyedDigestKind kind,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        KeyStretching stretching = default
    )
    {
        if (kind == KeyedDigestKind.Pbkdf2HmacSha1 && !stretching.IsAllowed)
        {
            throw new ArgumentOutOfRangeException(nameof(stretching));
        }
        Span<byte> mac = stackalloc byte[LongestMac];
        return mac[..Compute(kind, secret, first, second, stretching, mac)].ToArray();
    }

    private static int Compute(
        KeyedDigestKind kind,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        KeyStretching stretching,
        Span<byte> mac
    )
    {
        switch (kind)
        {
            case KeyedDigestKind.Md5:
                return Enclosed(HashAlgorithmName.MD5, secret, first, second, mac);
            case KeyedDigestKind.Sha1:
                return Enclosed(HashAlgorithmName.SHA1, secret, first, second, mac);
            case KeyedDigestKind.Sha256:
                return Enclosed(HashAlgorithmName.SHA256, secret, first, second, mac);
            case KeyedDigestKind.HmacSha1:
                return Hmac(HashAlgorithmName.SHA1, secret, first, second, mac);
            case KeyedDigestKind.HmacSha256:
                return Hmac(HashAlgorithmName.SHA256, secret, first, second, mac);
            case KeyedDigestKind.Pbkdf2HmacSha1:
                Span<byte> key = stackalloc byte[stretching.KeyLength];
                Rfc2898DeriveBytes.Pbkdf2(
                    secret,
                    stretching.Salt.Span,
                    key,
                    stretching.Iterations,
                    HashAlgorithmName.SHA1
                );
                return Hmac(HashAlgorithmName.SHA1, key, first, second, mac);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    /// <summary>The keyed digest from before HMAC: the hash of secret, first, second, secret.</summary>
    internal static int Enclosed(
        HashAlgorithmName hash,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        Span<byte> mac
    )
    {
        using var running = IncrementalHash.CreateHash(hash);
        running.AppendData(secret);
        running.AppendData(first);
        running.AppendData(second);
        running.AppendData(secret);
        return running.GetHashAndReset(mac);
    }

    /// <summary>The HMAC of two pieces. The result is its length in bytes.</summary>
    internal static int Hmac(
        HashAlgorithmName hash,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        Span<byte> mac
    )
    {
        using var running = IncrementalHash.CreateHMAC(hash, key);
        running.AppendData(first);
        running.AppendData(second);
        return running.GetHashAndReset(mac);
    }
}
