using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Answers challenges with a private key.</summary>
/// <param name="identity">The HS_PUBKEY value that holds the public key.</param>
/// <param name="key">The key pair; the caller disposes it.</param>
public sealed class PublicKeySigner(ValueReference identity, KeyPair key) : IChallengeSigner
{
    /// <inheritdoc/>
    public string AuthType => PublicKeyProof.Type;

    /// <inheritdoc/>
    public ValueReference Identity => identity;

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> nonce, DigestField digest, ProtocolVersion version) =>
        PublicKeyProof.Make(key, nonce, digest.Digest.Span, version, identity.Handle);
}
