using System.Buffers;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The <c>signedResponse</c> of a challenge answer of type <c>HS_PUBKEY</c> (RFC 3652 §3.5): the name of a hash and a
/// signature over nonce and request digest.
/// </summary>
public static class PublicKeyProof
{
    /// <summary>The type of the authentication.</summary>
    public const string Type = PublicKey.ValueType;

    /// <summary>The longest that nonce and digest may be together.</summary>
    private const int MaxSigned = 4_096;

    /// <summary>
    /// Tells whether an answer was made with the private key. SHA-1 and SHA-256 are taken in every version, since the
    /// nonce is the server's and signatures under SHA-1 are forged only by who chooses both texts; MD5 is unsupported.
    /// </summary>
    /// <param name="signedResponse">The answer.</param>
    /// <param name="key">The public key.</param>
    /// <param name="nonce">The nonce of the challenge.</param>
    /// <param name="requestDigest">The digest of the request, raw; over HTTP the nonce of the client.</param>
    /// <param name="userHandle">
    /// The handle that the answer names as its user: the identity of the signer with SM2. Without it, the usual one.
    /// </param>
    public static ProofResult Verify(
        ReadOnlySpan<byte> signedResponse,
        PublicKey key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> requestDigest,
        string? userHandle = null
    )
    {
        var reader = new WireReader(signedResponse);
        if (!reader.TryArray(out var name) || !reader.TryArray(out var signature) || !reader.Rest.IsEmpty)
        {
            return ProofResult.Malformed;
        }
        return Verify(name.ToSignatureHash(), signature, key, nonce, requestDigest, userHandle);
    }

    /// <summary>The same where hash and signature come apart, as in the HTTP interface.</summary>
    public static ProofResult Verify(
        string hashName,
        ReadOnlySpan<byte> signature,
        PublicKey key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> requestDigest,
        string? userHandle = null
    )
    {
        ReadOnlySpan<byte> name = System.Text.Encoding.UTF8.GetBytes(hashName);
        return Verify(name.ToSignatureHash(), signature, key, nonce, requestDigest, userHandle);
    }

    /// <summary>
    /// Makes an answer with the hash of a version: SHA-256 from 2.7 on, with DSA from 2.11 on, SHA-1 before; with SM2
    /// always SM3.
    /// </summary>
    public static byte[] Make(
        KeyPair key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> requestDigest,
        ProtocolVersion version,
        string? userHandle = null
    )
    {
        var hash = key.UsualHash(version);
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.Text(hash.ToWire());
        writer.Array(
            key is Sm2KeyPair sm2
                ? sm2.Sign(hash, userHandle ?? Sm2PublicKey.UsualIdentity, Sm3.HashData(nonce, requestDigest))
                : key.Sign(hash, [.. nonce, .. requestDigest])
        );
        return output.WrittenSpan.ToArray();
    }

    private static ProofResult Verify(
        SignatureHash hash,
        ReadOnlySpan<byte> signature,
        PublicKey key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> requestDigest,
        string? userHandle
    )
    {
        if (nonce.Length + requestDigest.Length > MaxSigned)
        {
            return ProofResult.Malformed;
        }
        // Teleinfo's dialect signs the SM3 of both, not both.
        return key is Sm2PublicKey sm2
            ? sm2.Verify(hash, userHandle ?? Sm2PublicKey.UsualIdentity, Sm3.HashData(nonce, requestDigest), signature)
            : key.Verify(hash, [.. nonce, .. requestDigest], signature);
    }
}
