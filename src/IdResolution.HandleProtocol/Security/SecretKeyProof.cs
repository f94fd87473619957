using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The <c>signedResponse</c> of a challenge answer of type <c>HS_SECKEY</c> (RFC 3652 §3.5): one byte for the kind,
/// then the MAC. If a key is derived, salt, iterations and bits come before the MAC.
/// </summary>
public static class SecretKeyProof
{
    /// <summary>The authentication type in a challenge answer.</summary>
    public const string Type = "HS_SECKEY";

    private const int LongestMac = 32;

    /// <summary>Tells whether the answer was made with the secret.</summary>
    /// <param name="signedResponse">The answer, as the client sent it.</param>
    /// <param name="secret">
    /// The data of the HS_SECKEY value as they are stored: the secret, or a digest of it that clients agreed on. With
    /// an empty secret the result is wrong.
    /// </param>
    /// <param name="nonce">The nonce of the challenge.</param>
    /// <param name="requestDigest">The raw digest of the request.</param>
    public static ProofResult Verify(
        ReadOnlySpan<byte> signedResponse,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> requestDigest
    )
    {
        if (signedResponse.IsEmpty)
        {
            return ProofResult.Malformed;
        }
        var kind = (KeyedDigestKind)signedResponse[0];
        var rest = signedResponse[1..];
        if (kind != KeyedDigestKind.Pbkdf2HmacSha1)
        {
            return rest.Length > LongestMac
                ? ProofResult.Malformed
                : KeyedDigest.Verify(kind, secret, nonce, requestDigest, rest);
        }
        var reader = new WireReader(rest);
        return
            reader.TryArray(out var salt)
            && salt.Length <= KeyStretching.MaxSaltLength
            && reader.TryInt32(out var iterations)
            && reader.TryInt32(out var bits)
            && reader.TryArray(out var mac)
            && reader.Rest.IsEmpty
            ? KeyedDigest.Verify(
                kind,
                secret,
                nonce,
                requestDigest,
                mac,
                new KeyStretching(salt.ToArray(), iterations, bits)
            )
            : ProofResult.Malformed;
    }

    /// <summary>True for an answer of a kind that is weak (<see cref="KeyedDigest.IsWeak"/>).</summary>
    public static bool IsWeak(ReadOnlySpan<byte> signedResponse) =>
        !signedResponse.IsEmpty && KeyedDigest.IsWeak((KeyedDigestKind)signedResponse[0]);

    /// <summary>Makes the answer to a challenge.</summary>
    /// <param name="kind">The kind of MAC; see <see cref="UsualKind"/>.</param>
    /// <param name="secret">The secret as the server stores it; see <see cref="HashedSecret"/>.</param>
    /// <param name="nonce">The nonce of the challenge.</param>
    /// <param name="requestDigest">The raw digest of the request.</param>
    /// <param name="stretching">The parameters if a key is derived; null for <see cref="KeyStretching.Usual"/>.</param>
    public static byte[] Make(
        KeyedDigestKind kind,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> requestDigest,
        KeyStretching? stretching = null
    )
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.Byte((byte)kind);
        if (kind != KeyedDigestKind.Pbkdf2HmacSha1)
        {
            writer.Bytes(KeyedDigest.Make(kind, secret, nonce, requestDigest));
            return output.WrittenSpan.ToArray();
        }
        var used = stretching ?? KeyStretching.Usual();
        var mac = KeyedDigest.Make(kind, secret, nonce, requestDigest, used);
        writer.Array(used.Salt.Span);
        writer.Int32(used.Iterations);
        writer.Int32(used.KeyBits);
        writer.Array(mac);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The kind that a client of a version uses: PBKDF2 from 2.7 on, SHA-1 from 2.1 on, MD5 before.</summary>
    public static KeyedDigestKind UsualKind(ProtocolVersion version)
    {
        if (version.IsAtLeast(7))
        {
            return KeyedDigestKind.Pbkdf2HmacSha1;
        }
        return version.IsAtLeast(1) ? KeyedDigestKind.Sha1 : KeyedDigestKind.Md5;
    }

    /// <summary>
    /// The SHA-1 of a password in lowercase hex. An HS_SECKEY value may hold it instead of the password if both sides
    /// agreed on that.
    /// </summary>
    public static byte[] HashedSecret(ReadOnlySpan<byte> password)
    {
        var digest = CryptographicOperations.HashData(HashAlgorithmName.SHA1, password);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest));
    }
}
