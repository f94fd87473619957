using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Operations;

/// <summary>Answers messages of the Handle protocol (RFC 3652) from all transports. Thread-safe.</summary>
internal sealed partial class HandleService(
    HandleOperations operations,
    SessionOperations sessionOperations,
    SessionStore sessions,
    HandleChallenges challenges,
    HandleResponder responder,
    ILogger<HandleService> logger
)
{
    /// <summary>Answers a message. False if the connection must be closed.</summary>
    /// <param name="envelope">The envelope of the message.</param>
    /// <param name="bytes">The message after the envelope. May be kept: the caller must not reuse it.</param>
    /// <param name="peer">The sender.</param>
    /// <param name="sink">Sends the responses.</param>
    /// <param name="cancellationToken">Ends the work, not a write under way.</param>
    public async ValueTask<bool> AnswerAsync(
        Envelope envelope,
        byte[] bytes,
        HandlePeer peer,
        IHandleSink sink,
        CancellationToken cancellationToken
    )
    {
        if (envelope.Flags.HasFlag(EnvelopeFlags.Compressed))
        {
            return await CloseAsync(sink, cancellationToken);
        }
        HandleSession? session = null;
        if (envelope.Flags.HasFlag(EnvelopeFlags.Encrypted))
        {
            session = sessions.Find(envelope.SessionId);
            if (!TryDecrypt(session, bytes, out var clear))
            {
                await RefuseEncryptedAsync(envelope, session, peer, sink, cancellationToken);
                return true;
            }
            bytes = clear;
        }
        if (!HandleMessage.TryParse(envelope, bytes, out var message))
        {
            return await CloseAsync(sink, cancellationToken);
        }
        if (message.Header.ResponseCode != ResponseCode.None)
        {
            // A response, but the node did not ask. With a forged source, two servers could answer each other for ever.
            return peer.Transport != PeerTransport.Udp && await CloseAsync(sink, cancellationToken);
        }
        peer.SpeaksCaict |= CaictDialect.IsSpoken(envelope);
        var exchange = new HandleExchange
        {
            Message = message,
            Request = message,
            Peer = peer,
            Sink = sink,
            Session = session,
            // So far only the envelope of an encrypted message has named a session.
            IsEncrypted = session is not null,
            SessionId = envelope.SessionId,
        };
        await AnswerAsync(exchange, cancellationToken);
        return true;
    }

    /// <summary>Answers that a message cannot be decoded. The connection is useless afterwards.</summary>
    private static async ValueTask<bool> CloseAsync(IHandleSink sink, CancellationToken cancellationToken)
    {
        await sink.SendAsync(Undecodable(), cancellationToken);
        return false;
    }

    private static bool TryDecrypt(HandleSession? session, byte[] bytes, [NotNullWhen(true)] out byte[]? clear)
    {
        clear = null;
        return session?.Key is { } key && SessionCipher.TryDecrypt(key, session.Version, bytes, out clear);
    }

    private async ValueTask RefuseEncryptedAsync(
        Envelope envelope,
        HandleSession? session,
        HandlePeer peer,
        IHandleSink sink,
        CancellationToken cancellationToken
    )
    {
        if (session?.IsSpoiled() == true)
        {
            sessions.End(session);
        }
        // The request is unknown, so the response refers to an empty one.
        var nothing = new HandleMessage
        {
            Envelope = envelope,
            Header = default,
            Content = new byte[MessageLimits.HeaderLength],
        };
        var code = session is null ? ResponseCode.SessionTimeout : ResponseCode.InvalidSessionKey;
        await responder.SendAsync(
            new HandleExchange
            {
                Message = nothing,
                Request = nothing,
                Peer = peer,
                Sink = sink,
                SessionId = envelope.SessionId,
            },
            Reply.Refused(new Refusal(code), null),
            cancellationToken
        );
    }

    /// <summary>The response to a message that cannot be decoded. It repeats nothing of that message.</summary>
    public static ReadOnlyMemory<byte> Undecodable()
    {
        var output = new ArrayBufferWriter<byte>();
        var envelope = new Envelope
        {
            Version = new ProtocolVersion(2, 3),
            Suggested = ProtocolVersion.Current,
            RequestId = -1,
        };
        HandleMessage.Write(
            output,
            envelope,
            new MessageHeader { ResponseCode = ResponseCode.ProtocolError },
            new byte[4]
        );
        return output.WrittenMemory;
    }

    private async ValueTask AnswerAsync(HandleExchange exchange, CancellationToken cancellationToken)
    {
        Reply? reply;
        try
        {
            (exchange, reply) = Belonging(exchange);
            if (reply is null && exchange.Message.Header.OpCode == OpCode.ChallengeAnswer)
            {
                (exchange, reply) = await challenges.AuthenticateAsync(exchange, cancellationToken);
            }
            reply ??= await OperateAsync(exchange, cancellationToken);
        }
        catch (StoreException e)
        {
            StoreFailed(logger, exchange.Request.Header.OpCode, e);
            reply = HandleResponder.Failed(exchange, Refusal.Of(e.Error));
        }
        catch (BusyException busy)
        {
            reply = HandleResponder.Failed(exchange, new Refusal(ResponseCode.ServerBusy, busy.Message));
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException))
        {
            // Answers any failure without the exception's text.
            RequestFailed(logger, exchange.Request.Header.OpCode, e);
            reply = HandleResponder.Failed(exchange, new Refusal(ResponseCode.Error, "The node failed."));
        }
        await responder.SendAsync(exchange, reply, cancellationToken);
    }

    /// <summary>Finds the session or login of a message, and the identity that follows from it.</summary>
    private (HandleExchange Exchange, Reply? Refusal) Belonging(HandleExchange exchange)
    {
        var id = exchange.Message.Envelope.SessionId;
        if (exchange.Peer.FindLogin(id) is { } login)
        {
            return (exchange with { Login = login, Identity = login.Identity }, null);
        }
        if (id == 0)
        {
            return (exchange, null);
        }
        if ((exchange.Session ?? sessions.Find(id)) is { } session)
        {
            return Belonging(exchange, session);
        }
        return
            exchange.Message.Header.OpCode
                is OpCode.GetSiteInfo
                    or OpCode.Login
                    or OpCode.PasswordLogin
                    or OpCode.ChallengeAnswer
            ? (exchange, null)
            : Refused(exchange, ResponseCode.SessionTimeout, "The session is over or unknown.");
    }

    /// <summary>
    /// Finds out if the owner of a session sent a message. The session's number is no secret: only a message signed
    /// with the session's key is the owner's. A message that decrypts proves nothing, because CBC without a MAC lets an
    /// attacker write valid messages by watching which ones decrypt.
    /// </summary>
    private (HandleExchange Exchange, Reply? Refusal) Belonging(HandleExchange exchange, HandleSession session)
    {
        exchange = exchange with { Session = session };
        if (
            !Credential.TryRead(exchange.Message.Credential.Span, out var credential)
            || !credential.IsMac
            || session.Key is not { } key
        )
        {
            return Unproved(exchange);
        }
        if (credential.Verify(exchange.Message, key) != ProofResult.Right)
        {
            return Refused(exchange, ResponseCode.SessionFailed, "The message is not signed with the session's key.");
        }
        // Before version 2.7 the signature covers neither the counter nor the session. Anyone who has seen such a
        // message can send it again with any counter, whatever version it suggests.
        if (!exchange.Message.Envelope.Version.IsAtLeast(7))
        {
            return Unproved(exchange);
        }
        if (!session.Window.TryTake(credential.SessionCounter))
        {
            return Refused(exchange, ResponseCode.SessionMessageRejected, "The message was seen before.");
        }
        if (session is { IsProved: false, Identity: { } owner })
        {
            session.IsProved = true;
            challenges.NoteProof(owner, exchange.Peer);
        }
        sessions.Use(session);
        return (exchange with { OwnsSession = true, Identity = session.Identity }, null);
    }

    /// <summary>A message that names the session, but need not be its owner's.</summary>
    private static (HandleExchange Exchange, Reply? Refusal) Unproved(HandleExchange exchange) =>
        (exchange with { OwnsSession = false, Identity = null }, null);

    private static (HandleExchange Exchange, Reply? Refusal) Refused(
        HandleExchange exchange,
        ResponseCode code,
        string message
    ) => (exchange, HandleResponder.Failed(exchange, new Refusal(code, message)));

    private async ValueTask<Reply> OperateAsync(HandleExchange exchange, CancellationToken cancellationToken)
    {
        var request = exchange.Request;
        if (Refuse(exchange) is { } refusal)
        {
            return HandleResponder.Failed(exchange, refusal);
        }
        if (
            exchange is { IsRemembered: true, Identity: { } known }
            && (IsAdministration(request.Header.OpCode) || request.Header.OpCode == OpCode.Login)
            && !await challenges.IsStillAsync(known, cancellationToken)
        )
        {
            exchange = exchange with { Identity = null };
        }
        var digest = HandleResponder.DigestOf(request, exchange.Version);
        var reply =
            await sessionOperations.RunAsync(exchange, digest, cancellationToken)
            ?? await operations.RunAsync(
                exchange,
                digest,
                more => responder.SendAsync(exchange, more, cancellationToken),
                cancellationToken
            );
        if (reply.Code != ResponseCode.AuthenticationNeeded)
        {
            return reply;
        }
        return exchange.Peer.SpeaksCaict && request.Header.OpCode != OpCode.Login
            ? HandleResponder.Failed(exchange, CaictDialect.NotLoggedIn)
            : challenges.Challenge(exchange);
    }

    /// <summary>The reason to refuse a request before any work is done for it, or null.</summary>
    private static Refusal? Refuse(HandleExchange exchange)
    {
        var header = exchange.Request.Header;
        if (header.RecursionCount > MessageLimits.MaxRecursion)
        {
            return new Refusal(ResponseCode.RecursionCountTooHigh, "The request was handed on too often.");
        }
        if (exchange.Peer.Transport == PeerTransport.Udp && IsAdministration(header.OpCode))
        {
            return new Refusal(ResponseCode.OperationNotSupported, "Administration is done over TCP or HTTP.");
        }
        if (CaictDialect.NeedsLogIn(exchange))
        {
            return CaictDialect.NotLoggedIn;
        }
        if (
            header.Flags.HasFlag(OpFlags.Encrypt)
            && exchange.Session?.Key is null
            && header.OpCode is not (OpCode.SessionSetup or OpCode.SessionExchangeKey)
        )
        {
            // Without encryption, others on the network could read an answer that is only for the client.
            return new Refusal(ResponseCode.SessionFailed, "An encrypted answer takes a session with a key.");
        }
        return null;
    }

    private static bool IsAdministration(OpCode operation) =>
        operation
            is >= OpCode.CreateHandle
                and < OpCode.ChallengeAnswer
                or >= OpCode.HomePrefix
                and < OpCode.SessionSetup
                or >= OpCode.GetNextTransactionId
                and <= OpCode.Backup;

    [LoggerMessage(
        EventId = 43,
        EventName = "HandleStoreFailed",
        Level = LogLevel.Warning,
        Message = "Handle operation {Operation}: the store failed."
    )]
    private static partial void StoreFailed(ILogger logger, OpCode operation, Exception cause);

    [LoggerMessage(
        EventId = 44,
        EventName = "HandleRequestFailed",
        Level = LogLevel.Error,
        Message = "Handle operation {Operation} failed."
    )]
    private static partial void RequestFailed(ILogger logger, OpCode operation, Exception cause);
}
