using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The <c>signedResponse</c> of a challenge answer of type <c>HS_SECKEY</c> (RFC 3652 §3.5): one byte for the kind,
/// then the MAC, with salt and counts before it where a key is derived.
/// </summary>
public static class SecretKeyProof
{
    /// <summary>The type of the authentication.</summary>
    public const string Type = "HS_SECKEY";

    private const int LongestMac = 32;

    /// <summary>Tells whether an answer was made with the secret.</summary>
    /// <param name="signedResponse">The answer.</param>
    /// <param name="secret">
    /// The data of the HS_SECKEY value as it is stored, be it the secret or a digest of it that clients agreed on. An
    /// empty one proves nothing.
    /// </param>
    /// <param name="nonce">The nonce of the challenge.</param>
    /// <param name="requestDigest">The digest of the request, raw.</param>
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

    /// <summary>Makes an answer.</summary>
    /// <param name="kind">How; see <see cref="UsualKind"/>.</param>
    /// <param name="secret">The secret as the server stores it; see <see cref="HashedSecret"/>.</param>
    /// <param name="nonce">The nonce of the challenge.</param>
    /// <param name="requestDigest">The digest of the request, raw.</param>
    /// <param name="stretching">
    /// Where a key is derived; <see cref="KeyStretching.Usual"/> where nothing is given.
    /// </param>
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

    /// <summary>What a client of a version uses: PBKDF2 from 2.7 on, SHA-1 from 2.1 on, MD5 before.</summary>
    public static KeyedDigestKind UsualKind(ProtocolVersion version)
    {
        if (version.IsAtLeast(7))
        {
            return KeyedDigestKind.Pbkdf2HmacSha1;
        }
        return version.IsAtLeast(1) ? KeyedDigestKind.Sha1 : KeyedDigestKind.Md5;
    }

    /// <summary>
    /// The lowercase hex SHA-1 of a password: what an HS_SECKEY value may hold instead of the password, where both
    /// sides agreed so.
    /// </summary>
    public static byte[] HashedSecret(ReadOnlySpan<byte> password)
    {
        var digest = CryptographicOperations.HashData(HashAlgorithmName.SHA1, password);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest));
    }
}
