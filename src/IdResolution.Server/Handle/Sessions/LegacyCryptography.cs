using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Options;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// Decides about cryptography that is weak today: it is taken only where <c>Access:HandleLegacy</c> is on. Thread-safe.
/// </summary>
internal sealed class LegacyCryptography(IOptionsMonitor<AccessOptions> access)
{
    /// <summary>The refusal of requests for which old clients would have to prove who they are.</summary>
    public static readonly Refusal OldVersion = new(
        ResponseCode.InvalidCredential,
        "Proofs and sessions before protocol version 2.7 are not taken here: see Old clients in docs/handle.md."
    );

    /// <summary>True if weak cryptography is taken.</summary>
    public bool IsTaken => access.CurrentValue.HandleLegacy;

    /// <summary>True if sessions and signatures of a version are taken.</summary>
    public bool Takes(ProtocolVersion version) => version.IsAtLeast(7) || IsTaken;

    /// <summary>True if a challenge may be made over a digest.</summary>
    public bool Takes(DigestField digest) => !digest.IsWeak || IsTaken;

    /// <summary>True if proofs with a key are taken.</summary>
    public bool Takes(PublicKey key) => !key.IsWeak || IsTaken;

    /// <summary>True if proofs of a kind are taken.</summary>
    public bool Takes(KeyedDigestKind kind) => !KeyedDigest.IsWeak(kind) || IsTaken;

    /// <summary>True if an answer by secret key is of a kind that is taken.</summary>
    public bool TakesSecretProof(ReadOnlySpan<byte> signedResponse) =>
        !SecretKeyProof.IsWeak(signedResponse) || IsTaken;

    /// <summary>True if an answer by public key is of a kind that is taken.</summary>
    public bool TakesSignature(ReadOnlySpan<byte> signedResponse) => !PublicKeyProof.IsWeak(signedResponse) || IsTaken;

    /// <summary>True if signatures over a hash are taken.</summary>
    public bool TakesHash(string name) => !PublicKeyProof.IsWeak(name) || IsTaken;
}
