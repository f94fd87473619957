using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Answers challenges with a secret key.</summary>
/// <param name="identity">The HS_SECKEY value that holds the secret.</param>
/// <param name="secret">The secret, in the form that the value holds.</param>
public sealed class SecretKeySigner(ValueReference identity, ReadOnlyMemory<byte> secret) : IChallengeSigner
{
    /// <inheritdoc/>
    public string AuthType => SecretKeyProof.Type;

    /// <inheritdoc/>
    public ValueReference Identity => identity;

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> nonce, DigestField digest, ProtocolVersion version) =>
        SecretKeyProof.Make(SecretKeyProof.UsualKind(version), secret.Span, nonce, digest.Digest.Span);
}
