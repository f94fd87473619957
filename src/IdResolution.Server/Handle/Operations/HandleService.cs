using System.Buffers;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// Answers messages of the Handle protocol (RFC 3652), however they came: sessions, challenges and logins, the
/// operations, and the frame around their responses. Thread-safe.
/// </summary>
internal sealed partial class HandleService(
    HandleOperations operations,
    SessionOperations sessionOperations,
    SessionStore sessions,
    HandleChallenges challenges,
    HandleResponder responder,
    ILogger<HandleService> logger
)
{
    /// <summary>Answers a message; false where the connection it came by is of no more use.</summary>
    /// <param name="envelope">Its envelope.</param>
    /// <param name="bytes">What follows the envelope, whole; kept where it is challenged.</param>
    /// <param name="peer">Who sent it.</param>
    /// <param name="sink">Takes the responses.</param>
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
            await sink.SendAsync(Undecodable(), cancellationToken);
            return false;
        }
        HandleSession? session = null;
        var isEncrypted = envelope.Flags.HasFlag(EnvelopeFlags.Encrypted);
        if (isEncrypted)
        {
            session = sessions.Find(envelope.SessionId);
            if (session?.Key is not { } key || !SessionCipher.TryDecrypt(key, session.Version, bytes, out var clear))
            {
                if (session?.IsSpoiled() == true)
                {
                    sessions.End(session);
                }
                // What was asked for cannot be known, only that it was not understood.
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
                return true;
            }
            bytes = clear;
        }
        if (!HandleMessage.TryParse(envelope, bytes, out var message))
        {
            await sink.SendAsync(Undecodable(), cancellationToken);
            return false;
        }
        if (message.Header.ResponseCode != ResponseCode.None)
        {
            // A response, and nobody was asked: with a forged source two servers would answer each other for ever.
            if (peer.Transport != HandleTransport.Udp)
            {
                await sink.SendAsync(Undecodable(), cancellationToken);
            }
            return false;
        }
        var exchange = new HandleExchange
        {
            Message = message,
            Request = message,
            Peer = peer,
            Sink = sink,
            Session = session,
            IsEncrypted = isEncrypted,
            SessionId = envelope.SessionId,
        };
        await AnswerAsync(exchange, cancellationToken);
        return true;
    }

    /// <summary>The answer to what cannot be decoded: it repeats nothing.</summary>
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
        catch (BusyException)
        {
            reply = HandleResponder.Failed(
                exchange,
                new Refusal(ResponseCode.ServerBusy, "Too many ask for proofs and signatures; try again.")
            );
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException))
        {
            // The last stand of every message: whatever went wrong becomes a response without its text.
            RequestFailed(logger, exchange.Request.Header.OpCode, e);
            reply = HandleResponder.Failed(exchange, new Refusal(ResponseCode.Error, "The node failed."));
        }
        await responder.SendAsync(exchange, reply, cancellationToken);
    }

    /// <summary>Finds the session or login that a message belongs to, and whom it thereby comes from.</summary>
    private (HandleExchange Exchange, Reply? Refusal) Belonging(HandleExchange exchange)
    {
        var id = exchange.Message.Envelope.SessionId;
        if (id == 0)
        {
            return (exchange, null);
        }
        if (exchange.Peer.FindLogin(id) is { } login)
        {
            return (exchange with { Login = login, Identity = login.Identity }, null);
        }
        if ((exchange.Session ?? sessions.Find(id)) is { } session)
        {
            exchange = exchange with { Session = session };
            // A session's number is no secret: only who signs with its key speaks for its owner. That a message
            // decrypts proves nothing: by watching which ones do, who does not hold the key can write messages of his
            // own (CBC without a MAC).
            var isOwned = false;
            if (
                Credential.TryRead(exchange.Message.Credential.Span, out var credential)
                && credential.IsMac
                && session.Key is { } key
            )
            {
                if (credential.Verify(exchange.Message, key) != ProofResult.Right)
                {
                    return (
                        exchange,
                        HandleResponder.Failed(
                            exchange,
                            new Refusal(ResponseCode.SessionFailed, "The message is not signed with the session's key.")
                        )
                    );
                }
                // In a message written below 2.7 the signature covers neither counter nor session: whoever has seen it
                // could send it again, whatever version it suggests, and count as he likes.
                isOwned = exchange.Message.Envelope.Version.IsAtLeast(7);
                if (isOwned)
                {
                    if (!session.Window.TryTake(credential.SessionCounter))
                    {
                        return (
                            exchange,
                            HandleResponder.Failed(
                                exchange,
                                new Refusal(ResponseCode.SessionMessageRejected, "The message was seen before.")
                            )
                        );
                    }
                    session.IsProved |= session.Identity is not null;
                    sessions.Use(session);
                }
            }
            return (exchange with { OwnsSession = isOwned, Identity = isOwned ? session.Identity : null }, null);
        }
        return exchange.Message.Header.OpCode is OpCode.GetSiteInfo or OpCode.Login or OpCode.ChallengeAnswer
            ? (exchange, null)
            : (
                exchange,
                HandleResponder.Failed(
                    exchange,
                    new Refusal(ResponseCode.SessionTimeout, "The session is over or unknown.")
                )
            );
    }

    private async ValueTask<Reply> OperateAsync(HandleExchange exchange, CancellationToken cancellationToken)
    {
        var request = exchange.Request;
        if (request.Header.RecursionCount > MessageLimits.MaxRecursion)
        {
            return HandleResponder.Failed(
                exchange,
                new Refusal(ResponseCode.RecursionCountTooHigh, "The request was handed on too often.")
            );
        }
        if (exchange.Peer.Transport == HandleTransport.Udp && IsAdministration(request.Header.OpCode))
        {
            return HandleResponder.Failed(
                exchange,
                new Refusal(ResponseCode.OperationNotSupported, "Administration is done over TCP or HTTP.")
            );
        }
        if (
            request.Header.Flags.HasFlag(OpFlags.Encrypt)
            && exchange.Session?.Key is null
            && request.Header.OpCode is not (OpCode.SessionSetup or OpCode.SessionExchangeKey)
        )
        {
            // In the clear everyone on the way would read what only the client was to.
            return HandleResponder.Failed(
                exchange,
                new Refusal(ResponseCode.SessionFailed, "An encrypted answer takes a session with a key.")
            );
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
        return reply.Code == ResponseCode.AuthenticationNeeded ? challenges.Challenge(exchange) : reply;
    }

    private static bool IsAdministration(OpCode operation) =>
        operation
            is >= OpCode.CreateHandle
                and < OpCode.ChallengeAnswer
                or >= OpCode.HomePrefix
                and < OpCode.SessionSetup;

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
