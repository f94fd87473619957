using System.Buffers;
using System.Security.Cryptography;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>Challenges senders, keeps their requests, and checks the answers (RFC 3652 §3.5). Thread-safe.</summary>
internal sealed class HandleChallenges(ChallengeStore challenges, HandleAuthenticator authenticator, TimeProvider time)
{
    /// <summary>True if the key that proved an identity is unchanged.</summary>
    public ValueTask<bool> IsStillAsync(HandleIdentity identity, CancellationToken cancellationToken) =>
        authenticator.IsStillAsync(identity, cancellationToken);

    /// <summary>Keeps the request and makes the challenge to its sender.</summary>
    public Reply Challenge(HandleExchange exchange)
    {
        var request = exchange.Request;
        var digest = RequestDigest.Of(request.Content.Span, exchange.Version);
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
            return HandleResponder.Failed(
                exchange,
                new Refusal(ResponseCode.ServerBusy, "Too many logins on one connection.")
            );
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
        id = exchange.SessionId;
        if (exchange.Request.Header.OpCode == OpCode.Login && id != 0)
        {
            // The client chose the id that it answers with.
            var kept = exchange.Login ?? new HandleLogin();
            if (!exchange.Peer.TryKeep(id, kept))
            {
                return false;
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
        return true;
    }

    /// <summary>
    /// Checks the answer to a challenge. If it is correct, the challenged request becomes the one to run.
    /// </summary>
    public async ValueTask<(HandleExchange Exchange, Reply? Refusal)> AuthenticateAsync(
        HandleExchange exchange,
        CancellationToken cancellationToken
    )
    {
        // The challenge is removed before any check, so that it is answered only once, rightly or wrongly.
        var pending = challenges.Take(TakeNumber(exchange));
        exchange.Login?.Pending = 0;
        if (pending is null || time.GetElapsedTime(pending.Since) > PendingChallenge.Life)
        {
            return Refused(exchange, ResponseCode.AuthenticationTimedOut, "The challenge is no longer known.");
        }
        if (!ChallengeAnswer.TryRead(exchange.Message.Body.Span, out var answer))
        {
            return Refused(exchange, ResponseCode.ProtocolError, "The answer cannot be read.");
        }
        var (result, identity) = await authenticator.AuthenticateAsync(
            answer,
            pending.Nonce,
            pending.Digest,
            cancellationToken
        );
        if (identity is null)
        {
            return Refused(
                exchange,
                result.ToResponseCode(),
                "The answer to the challenge is not right, or not of a kind that is supported."
            );
        }
        if (exchange.OwnsSession)
        {
            (exchange.Session!.Identity, exchange.Session.IsProved) = (identity, true);
        }
        exchange.Login?.Identity = identity;
        return (exchange with { Request = pending.Request, Identity = identity }, null);
    }

    /// <summary>
    /// The number of the challenge that is answered: the login's, the session's, or the session id itself.
    /// </summary>
    private static int TakeNumber(HandleExchange exchange)
    {
        if (exchange.Login is { Pending: not 0 } login)
        {
            return login.Pending;
        }
        return exchange is { Session: { } session, OwnsSession: true } ? session.TakePending() : exchange.SessionId;
    }

    private static (HandleExchange Exchange, Reply? Refusal) Refused(
        HandleExchange exchange,
        ResponseCode code,
        string message
    ) => (exchange, HandleResponder.Failed(exchange, new Refusal(code, message)));
}
