using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>A request that waits for the answer to its challenge.</summary>
/// <param name="Request">The request, which runs after a correct answer.</param>
/// <param name="Nonce">16 random bytes.</param>
/// <param name="Digest">The request's digest.</param>
/// <param name="Since">The time of the challenge, as a timestamp of the clock.</param>
/// <param name="Peer">The sender.</param>
internal sealed record PendingChallenge(
    HandleMessage Request,
    byte[] Nonce,
    DigestField Digest,
    long Since,
    HandlePeer Peer
)
{
    /// <summary>The longest time until the answer.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(20);

    /// <summary>The approximate memory in bytes.</summary>
    public int Bytes => Request.Content.Length + 300;
}
