using System.Buffers;
using System.Security.Cryptography;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>Challenges senders, keeps their requests, and checks the answers (RFC 3652 §3.5). Thread-safe.</summary>
internal sealed class HandleChallenges(
    ChallengeStore challenges,
    HandleAuthenticator authenticator,
    LegacyCryptography legacy,
    TimeProvider time
)
{
    public static readonly Refusal TooManyLogins = new(ResponseCode.ServerBusy, "Too many logins on one connection.");

    /// <summary>True if the key that proved an identity is unchanged.</summary>
    public ValueTask<bool> IsStillAsync(HandleIdentity identity, CancellationToken cancellationToken) =>
        authenticator.IsStillAsync(identity, cancellationToken);

    /// <summary>Notes in the audit log that the owner of a session proved to have its key.</summary>
    public void NoteProof(HandleIdentity identity, HandlePeer peer) => authenticator.NoteProof(identity, peer.Sender);

    /// <summary>Keeps the request and makes the challenge to its sender.</summary>
    public Reply Challenge(HandleExchange exchange)
    {
        var request = exchange.Request;
        var digest = RequestDigest.Of(request.Content.Span, exchange.Version);
        if (!legacy.Takes(digest))
        {
            return HandleResponder.Failed(exchange, LegacyCryptography.OldVersion);
        }
        var challenge = new PendingChallenge(
            request,
            RandomNumberGenerator.GetBytes(MessageLimits.NonceLength),
            digest,
            time.GetTimestamp(),
            exchange.Peer
        );
        var number = challenges.Add(challenge);
        if (number == 0)
        {
            return HandleResponder.Failed(
                exchange,
                new Refusal(
                    ResponseCode.ServerBusy,
                    "Too many requests wait for answers to their challenges; try again."
                )
            );
        }
        if (!TryAttach(exchange, number, out var id))
        {
            challenges.Take(number);
            return HandleResponder.Failed(exchange, TooManyLogins);
        }
        var body = new ArrayBufferWriter<byte>();
        new Challenge(digest, challenge.Nonce).Write(new WireWriter(body));
        return new Reply(ResponseCode.AuthenticationNeeded, body.WrittenMemory) { SessionId = id };
    }

    /// <summary>
    /// Attaches a challenge to a login or session, in place of an earlier one. False if there are too many logins.
    /// </summary>
    /// <param name="exchange">The request.</param>
    /// <param name="number">The number of the challenge in the store.</param>
    /// <param name="id">The session id that the client answers with.</param>
    private bool TryAttach(HandleExchange exchange, int number, out int id)
    {
        id = number;
        if (exchange.Request.Header.OpCode == OpCode.Login)
        {
            var kept = exchange.Login ?? new HandleLogin();
            if (!exchange.Peer.TryKeep(exchange.SessionId, kept))
            {
                return false;
            }
            kept.Identity = null;
            Replace(kept, number);
        }
        else if (exchange.Login is { } login)
        {
            Replace(login, number);
        }
        else if (exchange is { Session: { } session, OwnsSession: true })
        {
            challenges.Take(session.Ask(number));
        }
        else
        {
            return true;
        }
        // A client that chose a session id answers with it. 0 names no challenge, so its answer has the number.
        id = exchange.SessionId == 0 ? number : exchange.SessionId;
        return true;
    }

    private void Replace(HandleLogin login, int number)
    {
        challenges.Take(login.Pending);
        login.Pending = number;
    }

    /// <summary>
    /// Checks the answer to a challenge. If it is correct, the challenged request becomes the one to run.
    /// </summary>
    public async ValueTask<(HandleExchange Exchange, Reply? Refusal)> AuthenticateAsync(
        HandleExchange exchange,
        CancellationToken cancellationToken
    )
    {
        exchange = exchange with { Login = LoginAnswered(exchange) };
        var number = NumberOf(exchange);
        var pending = challenges.Find(number);
        if (pending is null || !IsAnsweredBy(pending, exchange))
        {
            return Late(exchange);
        }
        // The number of a session is no secret. So a wrong answer that is not signed must not use up the challenge of
        // the session's owner. Every other challenge is answered once, rightly or wrongly.
        var mayAnswerAgain = IsUnsignedInSession(exchange);
        if (!mayAnswerAgain && challenges.Take(number) != pending)
        {
            return Late(exchange);
        }
        exchange.Login?.Pending = 0;
        if (!ChallengeAnswer.TryRead(exchange.Message.Body.Span, out var answer))
        {
            return Refused(exchange, ResponseCode.ProtocolError, "The answer cannot be read.");
        }
        var (result, identity) = await authenticator.AuthenticateAsync(
            answer,
            pending.Nonce,
            pending.Digest,
            exchange.Peer.Sender,
            cancellationToken
        );
        if (identity is null)
        {
            return Unproved(exchange, result);
        }
        if (mayAnswerAgain && challenges.Take(number) != pending)
        {
            return Late(exchange);
        }
        Keep(exchange, identity);
        return (exchange with { Request = pending.Request, Identity = identity }, null);
    }

    private static (HandleExchange Exchange, Reply? Refusal) Unproved(HandleExchange exchange, ProofResult result) =>
        Refused(
            exchange,
            result.ToResponseCode(),
            result == ProofResult.Unsupported
                ? "The answer to the challenge is not of a kind that is taken here: see Old clients in docs/handle.md."
                : "The answer to the challenge is not right."
        );

    /// <summary>
    /// Keeps a proved identity for the login or session. A session that was set up for somebody is theirs alone, and
    /// an answer that is not signed with its key gives it to nobody else.
    /// </summary>
    private static void Keep(HandleExchange exchange, HandleIdentity identity)
    {
        exchange.Login?.Identity = identity;
        if (
            exchange.Session is { } session
            && (exchange.OwnsSession || session.IsClaimedBy(identity))
            && session.TryOwn(identity)
        )
        {
            session.IsProved = true;
        }
    }

    /// <summary>
    /// The login that an answer is for, or null. The answer to a login under session id 0 has the challenge's number.
    /// </summary>
    private static HandleLogin? LoginAnswered(HandleExchange exchange) =>
        exchange.Login
        ?? (
            exchange.Peer.FindLogin(0) is { Pending: not 0 } login && login.Pending == exchange.SessionId ? login : null
        );

    /// <summary>
    /// The number of the challenge that is answered: the login's, the session's, or the session id itself.
    /// </summary>
    private static int NumberOf(HandleExchange exchange) =>
        exchange.Login?.Pending ?? exchange.Session?.Pending ?? exchange.SessionId;

    /// <summary>
    /// True if the sender may answer the challenge. A login is answered on its connection. In a session, an answer that
    /// is not signed must come from where the request came from. Clients of the reference answer on a new connection,
    /// so that is the same address, not the same connection. UDP addresses can be forged, and answer only requests of
    /// UDP.
    /// </summary>
    private static bool IsAnsweredBy(PendingChallenge pending, HandleExchange exchange) =>
        pending.Request.Header.OpCode == OpCode.Login
            ? exchange.Login is not null
            : !IsUnsignedInSession(exchange)
                || (pending.Peer.Source == exchange.Peer.Source && pending.Peer.Transport == exchange.Peer.Transport);

    private static bool IsUnsignedInSession(HandleExchange exchange) =>
        exchange is { Session: not null, OwnsSession: false };

    private static (HandleExchange Exchange, Reply? Refusal) Late(HandleExchange exchange) =>
        Refused(exchange, ResponseCode.AuthenticationTimedOut, "The challenge is no longer known.");

    private static (HandleExchange Exchange, Reply? Refusal) Refused(
        HandleExchange exchange,
        ResponseCode code,
        string message
    ) => (exchange, HandleResponder.Failed(exchange, new Refusal(code, message)));
}
