using IdResolution.Core.Access;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Operations;

/// <summary>One message, with what was found out about its sender.</summary>
internal sealed record HandleExchange
{
    /// <summary>The message as received, after decryption. Its envelope is answered.</summary>
    public required HandleMessage Message { get; init; }

    /// <summary>
    /// The request to run: the message itself or, if the message answers a challenge, the request that was challenged.
    /// </summary>
    public required HandleMessage Request { get; init; }

    /// <summary>The sender.</summary>
    public required HandlePeer Peer { get; init; }

    public required IHandleSink Sink { get; init; }

    /// <summary>The session of the message, or null.</summary>
    public HandleSession? Session { get; init; }

    /// <summary>The login of the message, or null.</summary>
    public HandleLogin? Login { get; init; }

    /// <summary>True if the message is signed with the session's key.</summary>
    public bool OwnsSession { get; init; }

    /// <summary>True if the message was encrypted. The response is then encrypted too.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>The proved identity of the sender, or null.</summary>
    public HandleIdentity? Identity
    {
        get;
        init => field = value?.From(Peer.Sender);
    }

    /// <summary>Who sent the request, for the audit log: the identity, or nobody in particular.</summary>
    public Caller Caller => Identity?.Caller ?? Peer.Sender;

    /// <summary>
    /// True if an earlier message proved the identity. The key may have been replaced or removed since.
    /// </summary>
    public bool IsRemembered => Identity is not null && ReferenceEquals(Message, Request);

    public int SessionId { get; init; }

    /// <summary>The protocol version of the response.</summary>
    public ProtocolVersion Version => Message.Envelope.Answered;
}
