using System.Buffers;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The <c>signedResponse</c> of a challenge answer of type <c>HS_PUBKEY</c> (RFC 3652 §3.5): the name of a hash, then a
/// signature over nonce and request digest.
/// </summary>
public static class PublicKeyProof
{
    /// <summary>The authentication type in a challenge answer.</summary>
    public const string Type = PublicKey.ValueType;

    /// <summary>The most bytes that nonce and digest may have together.</summary>
    private const int MaxSigned = 4_096;

    /// <summary>
    /// Tells whether the answer was made with the private key. SHA-1 and SHA-256 are accepted in every version: the
    /// server chooses the nonce, and SHA-1 signatures can be forged only by someone who chooses both texts. MD5 is
    /// unsupported.
    /// </summary>
    /// <param name="signedResponse">The answer, as the client sent it.</param>
    /// <param name="key">The user's public key.</param>
    /// <param name="nonce">The nonce of the challenge.</param>
    /// <param name="requestDigest">The raw digest of the request; over HTTP the nonce of the client.</param>
    /// <param name="userHandle">
    /// The user's handle as the answer names it. SM2 takes it for the signer's identity; if null, the usual identity.
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

    /// <summary>The same check for the HTTP interface, where hash name and signature are separate.</summary>
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

    /// <summary>True for an answer that is signed over SHA-1.</summary>
    public static bool IsWeak(ReadOnlySpan<byte> signedResponse)
    {
        var reader = new WireReader(signedResponse);
        return reader.TryArray(out var name) && name.ToSignatureHash() == SignatureHash.Sha1;
    }

    /// <summary>The same for the HTTP interface, by the name of the hash.</summary>
    public static bool IsWeak(string hashName) =>
        ((ReadOnlySpan<byte>)System.Text.Encoding.UTF8.GetBytes(hashName)).ToSignatureHash() == SignatureHash.Sha1;

    /// <summary>
    /// Makes an answer. The hash depends on key and version: SHA-256 from 2.7 on, with DSA only from 2.11 on, SHA-1
    /// before; always SM3 with SM2.
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
        // Teleinfo's dialect signs the SM3 hash of nonce and digest, not the two themselves.
        return key is Sm2PublicKey sm2
            ? sm2.Verify(hash, userHandle ?? Sm2PublicKey.UsualIdentity, Sm3.HashData(nonce, requestDigest), signature)
            : key.Verify(hash, [.. nonce, .. requestDigest], signature);
    }
}
