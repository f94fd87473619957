using System.Security.Cryptography;
using IdResolution.HandleProtocol.Keys;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// Proofs that someone holds a secret, over two pieces of bytes; what the binary protocol and the HTTP interface share.
/// </summary>
public static class KeyedDigest
{
    private const int LongestMac = 32;

    /// <summary>
    /// Reads the name of a kind as texts of the protocol and the HTTP interface spell it; false for others, such as
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

    /// <summary>Tells whether a MAC is right; takes the same time wherever it differs.</summary>
    /// <param name="kind">How it was made.</param>
    /// <param name="secret">The secret as it is stored. An empty one proves nothing.</param>
    /// <param name="first">The nonce of the server.</param>
    /// <param name="second">The digest of the request, or the nonce of the client (HTTP).</param>
    /// <param name="mac">The MAC.</param>
    /// <param name="stretching">For <see cref="KeyedDigestKind.Pbkdf2HmacSha1"/>.</param>
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

    /// <summary>Makes a MAC.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Stretching that nobody would accept.</exception>
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

    /// <summary>The keyed digest that is older than HMAC: the key before and after what is proved.</summary>
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

    /// <summary>HMAC of two pieces.</summary>
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
