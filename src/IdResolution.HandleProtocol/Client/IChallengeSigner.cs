using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Answers challenges for an administrator.</summary>
public interface IChallengeSigner
{
    /// <summary><c>HS_PUBKEY</c> or <c>HS_SECKEY</c>.</summary>
    string AuthType { get; }

    /// <summary>The value that holds the key.</summary>
    ValueReference Identity { get; }

    /// <summary>The proof.</summary>
    /// <param name="nonce">Of the challenge.</param>
    /// <param name="digest">Of the request, as the challenge has it.</param>
    /// <param name="version">The version of the challenge.</param>
    byte[] Sign(ReadOnlySpan<byte> nonce, DigestField digest, ProtocolVersion version);
}
