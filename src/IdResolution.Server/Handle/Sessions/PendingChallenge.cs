using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>A request that waits for the answer to its challenge.</summary>
/// <param name="Request">The request, to be run once the answer is right.</param>
/// <param name="Nonce">16 random bytes.</param>
/// <param name="Digest">The request's digest.</param>
/// <param name="Since">The clock's timestamp.</param>
/// <param name="Peer">Who sent it.</param>
internal sealed record PendingChallenge(
    HandleMessage Request,
    byte[] Nonce,
    DigestField Digest,
    long Since,
    HandlePeer Peer
)
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(20);

    /// <summary>What it holds, about.</summary>
    public int Bytes => Request.Content.Length + 300;
}
