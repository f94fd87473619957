using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Operations;

/// <summary>One message and what is known about who sent it, until it is answered.</summary>
internal sealed record HandleExchange
{
    /// <summary>The message as it came, in the clear: its envelope is answered.</summary>
    public required HandleMessage Message { get; init; }

    /// <summary>What is asked for: the message, or the request that its answer to a challenge lets run.</summary>
    public required HandleMessage Request { get; init; }

    /// <summary>Who sent it.</summary>
    public required HandlePeer Peer { get; init; }

    /// <summary>Where responses go.</summary>
    public required IHandleSink Sink { get; init; }

    /// <summary>The session it belongs to, or null.</summary>
    public HandleSession? Session { get; init; }

    /// <summary>The login it belongs to, or null.</summary>
    public HandleLogin? Login { get; init; }

    /// <summary>Whether its sender has shown to hold the session's key, by signing with it.</summary>
    public bool OwnsSession { get; init; }

    /// <summary>Whether it came encrypted: so does the response.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Who has proved to send it, or null.</summary>
    public HandleIdentity? Identity { get; init; }

    /// <summary>
    /// True where an earlier message proved who sends this one: the key may have been replaced or removed since.
    /// </summary>
    public bool IsRemembered => Identity is not null && ReferenceEquals(Message, Request);

    /// <summary>The session id of the response.</summary>
    public int SessionId { get; init; }

    /// <summary>The version of the response.</summary>
    public ProtocolVersion Version => Message.Envelope.Answered;
}
