using System.Buffers;
using System.Security.Cryptography;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>Asks who sent a request, keeps it meanwhile, and checks the answer (RFC 3652 §3.5). Thread-safe.</summary>
internal sealed class HandleChallenges(ChallengeStore challenges, HandleAuthenticator authenticator, TimeProvider time)
{
    /// <summary>Whether somebody who proved who he is still is that.</summary>
    public ValueTask<bool> IsStillAsync(HandleIdentity identity, CancellationToken cancellationToken) =>
        authenticator.IsStillAsync(identity, cancellationToken);

    /// <summary>Keeps the request and asks who sent it.</summary>
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
    /// Makes a challenge the one that login, session or request waits for, instead of an earlier one; false where the
    /// connection has too many logins.
    /// </summary>
    /// <param name="exchange">The request.</param>
    /// <param name="number">The challenge.</param>
    /// <param name="id">The number under which the client answers.</param>
    private bool TryAttach(HandleExchange exchange, int number, out int id)
    {
        id = exchange.SessionId;
        if (exchange.Request.Header.OpCode == OpCode.Login && id != 0)
        {
            // The client has chosen the number under which it answers.
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
    /// Takes the answer to a challenge; where it is right, the request that waited for it is what is asked for.
    /// </summary>
    public async ValueTask<(HandleExchange Exchange, Reply? Refusal)> AuthenticateAsync(
        HandleExchange exchange,
        CancellationToken cancellationToken
    )
    {
        // Taken before it is looked at: one challenge is answered once, rightly or wrongly.
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

    /// <summary>Takes the number of the challenge that is answered: of a login, a session, or on its own.</summary>
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
