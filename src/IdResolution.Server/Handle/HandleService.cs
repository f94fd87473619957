using System.Buffers;
using System.Security.Cryptography;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Hosting;
using IdResolution.Server.Hosting.Telemetry;

namespace IdResolution.Server.Handle;

/// <summary>
/// Answers messages of the Handle protocol (RFC 3652), however they came: sessions, challenges and logins, the operations, and the frame
/// around their responses. Thread-safe.
/// </summary>
internal sealed partial class HandleService(
    Node node, HandleOperations operations, SessionOperations sessionOperations, HandleAuthenticator authenticator, ChallengeStore challenges, SessionStore sessions, HandleSite site,
    ResponseFrame frame, ProofGate gate, ILogger<HandleService> logger)
{
    /// <summary>The front end's name in metrics.</summary>
    public const string FrontEnd = "handle";

    /// <summary>Answers a message; false where the connection it came by is of no more use.</summary>
    /// <param name="envelope">Its envelope.</param>
    /// <param name="bytes">What follows the envelope, whole; kept where it is challenged.</param>
    /// <param name="peer">Who sent it.</param>
    /// <param name="sink">Takes the responses.</param>
    /// <param name="cancellationToken">Ends the work, not a write under way.</param>
    public async ValueTask<bool> AnswerAsync(Envelope envelope, byte[] bytes, HandlePeer peer, IHandleSink sink, CancellationToken cancellationToken)
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
                var nothing = new HandleMessage { Envelope = envelope, Header = default, Content = new byte[MessageLimits.HeaderLength] };
                var code = session is null ? ResponseCode.SessionTimeout : ResponseCode.InvalidSessionKey;
                await SendAsync(new HandleExchange { Message = nothing, Request = nothing, Peer = peer, Sink = sink, SessionId = envelope.SessionId }, Reply.Of(new Outcome(code), null), cancellationToken);
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
        var envelope = new Envelope { Version = new ProtocolVersion(2, 3), Suggested = ProtocolVersion.Current, RequestId = -1 };
        HandleMessage.Write(output, envelope, new MessageHeader { ResponseCode = ResponseCode.ProtocolError }, new byte[4]);
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
                (exchange, reply) = await AuthenticateAsync(exchange, cancellationToken);
            }
            reply ??= await OperateAsync(exchange, cancellationToken);
        }
        catch (StoreException e)
        {
            StoreFailed(logger, exchange.Request.Header.OpCode, e);
            reply = Failed(exchange, Outcome.Of(e.Error));
        }
        catch (BusyException)
        {
            reply = Failed(exchange, new Outcome(ResponseCode.ServerBusy, "Too many ask for proofs and signatures; try again."));
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException))
        {
            // The last stand of every message: whatever went wrong becomes a response without its text.
            RequestFailed(logger, exchange.Request.Header.OpCode, e);
            reply = Failed(exchange, new Outcome(ResponseCode.Error, "The node failed."));
        }
        await SendAsync(exchange, reply, cancellationToken);
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
            // A session's number is no secret: only who signs with its key speaks for its owner. That a message decrypts proves nothing: by
            // watching which ones do, who does not hold the key can write messages of his own (CBC without a MAC).
            var isOwned = false;
            if (Credential.TryRead(exchange.Message.Credential.Span, out var credential) && credential.IsMac && session.Key is { } key)
            {
                if (credential.Verify(exchange.Message, key) != ProofResult.Right)
                {
                    return (exchange, Failed(exchange, new Outcome(ResponseCode.SessionFailed, "The message is not signed with the session's key.")));
                }
                // In a message written below 2.7 the signature covers neither counter nor session: whoever has seen it could send it again, whatever
                // version it suggests, and count as he likes.
                isOwned = exchange.Message.Envelope.Version.IsAtLeast(7);
                if (isOwned)
                {
                    if (!session.Window.TryTake(credential.SessionCounter))
                    {
                        return (exchange, Failed(exchange, new Outcome(ResponseCode.SessionMessageRejected, "The message was seen before.")));
                    }
                    session.IsProved |= session.Identity is not null;
                    sessions.Use(session);
                }
            }
            return (exchange with { OwnsSession = isOwned, Identity = isOwned ? session.Identity : null }, null);
        }
        return exchange.Message.Header.OpCode is OpCode.GetSiteInfo or OpCode.Login or OpCode.ChallengeAnswer
            ? (exchange, null)
            : (exchange, Failed(exchange, new Outcome(ResponseCode.SessionTimeout, "The session is over or unknown.")));
    }

    private async ValueTask<Reply> OperateAsync(HandleExchange exchange, CancellationToken cancellationToken)
    {
        var request = exchange.Request;
        if (request.Header.RecursionCount > MessageLimits.MaxRecursion)
        {
            return Failed(exchange, new Outcome(ResponseCode.RecursionCountTooHigh, "The request was handed on too often."));
        }
        if (exchange.Peer.Transport == HandleTransport.Udp && IsAdministration(request.Header.OpCode))
        {
            return Failed(exchange, new Outcome(ResponseCode.OperationNotSupported, "Administration is done over TCP or HTTP."));
        }
        if (request.Header.Flags.HasFlag(OpFlags.Encrypt) && exchange.Session?.Key is null && request.Header.OpCode is not (OpCode.SessionSetup or OpCode.SessionExchangeKey))
        {
            // In the clear everyone on the way would read what only the client was to.
            return Failed(exchange, new Outcome(ResponseCode.SessionFailed, "An encrypted answer takes a session with a key."));
        }
        if (exchange is { IsRemembered: true, Identity: { } known } && (IsAdministration(request.Header.OpCode) || request.Header.OpCode == OpCode.Login)
            && !await authenticator.IsStillAsync(known, cancellationToken))
        {
            exchange = exchange with { Identity = null };
        }
        var digest = DigestOf(request, exchange.Version);
        var reply = await sessionOperations.RunAsync(exchange, digest, cancellationToken)
            ?? await operations.RunAsync(exchange, digest, more => SendAsync(exchange, more, cancellationToken), cancellationToken);
        return reply.Code == ResponseCode.AuthenticationNeeded ? Challenge(exchange) : reply;
    }

    /// <summary>Keeps the request and asks who sent it.</summary>
    private Reply Challenge(HandleExchange exchange)
    {
        var request = exchange.Request;
        var digest = RequestDigest.Of(request.Content.Span, exchange.Version);
        var challenge = new PendingChallenge(request, RandomNumberGenerator.GetBytes(MessageLimits.NonceLength), digest, node.Time.GetTimestamp(), exchange.Peer);
        var number = challenges.Add(challenge);
        if (number == 0)
        {
            return Failed(exchange, new Outcome(ResponseCode.ServerBusy, "Too many requests wait for answers to their challenges; try again."));
        }
        var id = exchange.SessionId;
        if (request.Header.OpCode == OpCode.Login && id != 0)
        {
            // The client has chosen the number under which it answers.
            var kept = exchange.Login ?? new HandleLogin();
            if (!exchange.Peer.TryKeep(id, kept))
            {
                challenges.Take(number);
                return Failed(exchange, new Outcome(ResponseCode.ServerBusy, "Too many logins on one connection."));
            }
            challenges.Take(kept.Pending);
            (kept.Pending, kept.Identity) = (number, null);
        }
        else if (exchange.Login is { } login)
        {
            challenges.Take(login.Pending);
            login.Pending = number;
        }
        else if (exchange is { Session: { } session, OwnsSession: true })
        {
            challenges.Take(session.Ask(number));
        }
        else
        {
            id = number;
        }
        var body = new ArrayBufferWriter<byte>();
        new Challenge(digest, challenge.Nonce).Write(new WireWriter(body));
        return new Reply(ResponseCode.AuthenticationNeeded, body.WrittenMemory) { SessionId = id };
    }

    /// <summary>Takes the answer to a challenge; where it is right, the request that waited for it is what is asked for.</summary>
    private async ValueTask<(HandleExchange Exchange, Reply? Refusal)> AuthenticateAsync(HandleExchange exchange, CancellationToken cancellationToken)
    {
        // Taken before it is looked at: one challenge is answered once, rightly or wrongly.
        var pending = challenges.Take(
            exchange.Login is { Pending: not 0 } login ? login.Pending
            : exchange is { Session: { } session, OwnsSession: true } ? session.TakePending()
            : exchange.SessionId);
        exchange.Login?.Pending = 0;
        if (pending is null || node.Time.GetElapsedTime(pending.Since) > PendingChallenge.Life)
        {
            return (exchange, Failed(exchange, new Outcome(ResponseCode.AuthenticationTimedOut, "The challenge is no longer known.")));
        }
        if (!ChallengeAnswer.TryRead(exchange.Message.Body.Span, out var answer))
        {
            return (exchange, Failed(exchange, new Outcome(ResponseCode.ProtocolError, "The answer cannot be read.")));
        }
        var (result, identity) = await authenticator.AuthenticateAsync(answer, pending.Nonce, pending.Digest, cancellationToken);
        if (identity is null)
        {
            return (exchange, Failed(exchange, new Outcome(result.ToResponseCode(), "The answer to the challenge is not right, or not of a kind that is supported.")));
        }
        if (exchange.OwnsSession)
        {
            (exchange.Session!.Identity, exchange.Session.IsProved) = (identity, true);
        }
        exchange.Login?.Identity = identity;
        return (exchange with { Request = pending.Request, Identity = identity }, null);
    }

    private static Reply Failed(HandleExchange exchange, Outcome outcome) => Reply.Of(outcome, DigestOf(exchange.Request, exchange.Version));

    private static DigestField? DigestOf(HandleMessage request, ProtocolVersion version) =>
        request.Header.Flags.HasFlag(OpFlags.ReturnDigest) ? RequestDigest.Of(request.Content.Span, version) : null;

    private static bool IsAdministration(OpCode operation) => operation is >= OpCode.CreateHandle and < OpCode.ChallengeAnswer or >= OpCode.HomePrefix and < OpCode.SessionSetup;

    private async ValueTask SendAsync(HandleExchange exchange, Reply reply, CancellationToken cancellationToken)
    {
        var request = exchange.Request.Header;
        if (!reply.Continues && node.Requests.Enabled)
        {
            node.Requests.Count(FrontEnd, HandleOperations.NameOf(request.OpCode), reply.Code == ResponseCode.Success ? RequestMetrics.Ok : reply.Code.ToString());
        }
        if (reply.Body.Length > MessageLimits.MaxMessageLength - MessageLimits.HeaderLength - 1_024)
        {
            reply = Failed(exchange, new Outcome(ResponseCode.Error, "The answer does not fit a message; ask for fewer values."));
        }
        var header = frame.Header(in request, ForVersion(reply.Code, exchange.Version), reply.Body.Length, reply.IsAuthoritative);
        header = header with
        {
            Flags = (header.Flags & ~OpFlags.Continuous) | (reply.Continues ? OpFlags.Continuous : OpFlags.None)
                | (reply.Code == ResponseCode.AuthenticationNeeded ? OpFlags.ReturnDigest : OpFlags.None),
        };
        var envelope = new Envelope
        {
            Version = exchange.Version,
            Suggested = ProtocolVersion.Current,
            SessionId = reply.SessionId != 0 ? reply.SessionId : exchange.SessionId,
            RequestId = exchange.Message.Envelope.RequestId,
        };
        var key = exchange.Session?.Key;
        var credential = !request.Flags.HasFlag(OpFlags.Certify) ? []
            : key is not null && exchange.Version.IsAtLeast(7) ? Credential.Authenticate(envelope, header, reply.Body.Span, key, 0)
            : await SignAsync(envelope, header, reply.Body, cancellationToken);
        var output = new ArrayBufferWriter<byte>(MessageLimits.EnvelopeLength + MessageLimits.HeaderLength + reply.Body.Length + credential.Length + 4);
        HandleMessage.Write(output, envelope, header, reply.Body.Span, credential);
        ReadOnlyMemory<byte> whole = output.WrittenMemory;
        if (key is not null && (exchange.IsEncrypted || request.Flags.HasFlag(OpFlags.Encrypt)))
        {
            whole = Encrypted(envelope, SessionCipher.Encrypt(key, exchange.Session!.Version, whole.Span[MessageLimits.EnvelopeLength..]));
        }
        await exchange.Sink.SendAsync(whole, cancellationToken);
    }

    /// <summary>Signs with the site's key; where too many ask for that the response goes unsigned, and clients that insist ask again.</summary>
    private async ValueTask<byte[]> SignAsync(Envelope envelope, MessageHeader header, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            return await gate.RunAsync(() => ValueTask.FromResult(Credential.Sign(envelope, header, body.Span, site.KeyPair)), cancellationToken);
        }
        catch (BusyException)
        {
            return [];
        }
    }

    private static byte[] Encrypted(Envelope envelope, byte[] message)
    {
        var whole = new byte[MessageLimits.EnvelopeLength + message.Length];
        (envelope with { Flags = EnvelopeFlags.Encrypted, MessageLength = (uint)message.Length }).Write(whole);
        message.CopyTo(whole, MessageLimits.EnvelopeLength);
        return whole;
    }

    /// <summary>Clients from before 2.5 know some codes by others.</summary>
    private static ResponseCode ForVersion(ResponseCode code, ProtocolVersion version) => version.IsAtLeast(5) ? code : code switch
    {
        ResponseCode.ServerBackup => ResponseCode.PrefixReferral,
        ResponseCode.InvalidValue => ResponseCode.ValueExists,
        _ => code,
    };

    [LoggerMessage(EventId = 43, EventName = "HandleStoreFailed", Level = LogLevel.Warning, Message = "Handle operation {Operation}: the store failed.")]
    private static partial void StoreFailed(ILogger logger, OpCode operation, Exception cause);

    [LoggerMessage(EventId = 44, EventName = "HandleRequestFailed", Level = LogLevel.Error, Message = "Handle operation {Operation} failed.")]
    private static partial void RequestFailed(ILogger logger, OpCode operation, Exception cause);
}
