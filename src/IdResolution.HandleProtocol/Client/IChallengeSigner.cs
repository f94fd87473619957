using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Answers challenges for an administrator.</summary>
public interface IChallengeSigner
{
    /// <summary>The authentication type: <c>HS_PUBKEY</c> or <c>HS_SECKEY</c>.</summary>
    string AuthType { get; }

    /// <summary>The value that holds the public or secret key.</summary>
    ValueReference Identity { get; }

    /// <summary>Makes the proof that answers a challenge.</summary>
    /// <param name="nonce">The nonce of the challenge.</param>
    /// <param name="digest">The digest of the request, as the challenge repeats it.</param>
    /// <param name="version">The version to answer in; the hash depends on it.</param>
    byte[] Sign(ReadOnlySpan<byte> nonce, DigestField digest, ProtocolVersion version);
}
