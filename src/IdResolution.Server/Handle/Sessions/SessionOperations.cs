using System.Buffers;
using System.Security.Cryptography;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>Runs the operations on sessions and logins (RFC 3652 §3.8; Teleinfo's op 2001). Thread-safe.</summary>
internal sealed class SessionOperations(
    HandleLookup lookup,
    SessionStore sessions,
    HandleSite site,
    CryptoThrottle gate,
    PasswordLogins passwords,
    LegacyCryptography legacy
)
{
    // Room for handle, index and the fields that Teleinfo's client adds.
    private const int MaxLogin = 4_096;

    private static readonly Refusal Invalid = new(ResponseCode.InvalidSessionSetup, "The session cannot be set up so.");

    /// <summary>Runs a request about a session or login. Null for all other requests.</summary>
    public async ValueTask<Reply?> RunAsync(
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        switch (exchange.Request.Header.OpCode)
        {
            case OpCode.PasswordLogin:
                return await LogInAsync(exchange, digest, cancellationToken);
            case OpCode.Login:
                // After a correct answer to the challenge, the connection has the rights of that identity.
                return Reply.Of(RefuseLogin(exchange), digest);
            case OpCode.SessionSetup:
                return SessionSetupRequest.TryRead(exchange.Request.Body.Span, out var setup)
                    ? await SetUpAsync(setup, exchange, digest, cancellationToken)
                    : Reply.Refused(Invalid, digest);
            case OpCode.SessionExchangeKey:
                return Reply.Of(
                    await gate.RunAsync(
                        exchange.Peer,
                        () => ValueTask.FromResult(TakeKey(exchange)),
                        cancellationToken
                    ),
                    digest
                );
            case OpCode.SessionTerminate:
                return Reply.Of(Terminate(exchange), digest);
            default:
                return null;
        }
    }

    private async ValueTask<Reply> SetUpAsync(
        SessionSetupRequest request,
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        if (!legacy.Takes(exchange.Version))
        {
            return Reply.Refused(LegacyCryptography.OldVersion, digest);
        }
        var offer = await gate.RunAsync(
            exchange.Peer,
            () => OfferAsync(request, exchange.Version, cancellationToken),
            cancellationToken
        );
        if (offer.Refusal is { } refusal)
        {
            return Reply.Refused(refusal, digest);
        }
        var session = sessions.Create(
            request.Timeout,
            exchange.Version,
            exchange.Peer,
            HandleNames.Parse(request.Identity.Handle) is { } claimed
                ? new Reference(claimed.Text, request.Identity.Index)
                : null
        );
        session.Key = offer.Key;
        if (offer.Owner is { } owner)
        {
            session.TryOwn(owner);
        }
        var body = new ArrayBufferWriter<byte>();
        new SessionSetupResponse(digest, request.Mode, offer.Data).Write(new WireWriter(body));
        return new Reply(ResponseCode.Success, body.WrittenMemory) { SessionId = session.Id };
    }

    private async ValueTask<Offer> OfferAsync(
        SessionSetupRequest request,
        ProtocolVersion version,
        CancellationToken cancellationToken
    )
    {
        switch (request.Mode)
        {
            case SessionMode.ClientKey when PublicKey.TryRead(request.PublicKey, out var given):
                return given is RsaPublicKey rsa && legacy.Takes(rsa)
                    ? Offer.Encrypted(rsa, version)
                    : new Offer(new Refusal(ResponseCode.RsaKeyNeeded, "An RSA key of 2048 bits is needed."));
            case SessionMode.ServerKey:
                return new Offer(null, site.KeyPair.PublicKey.ToData());
            case SessionMode.HandleKey when request.KeyReference is { } reference:
                // Only the holder of the handle's private key can read the session key, so the session is theirs.
                var (key, owner) = await FindKeyAsync(reference, cancellationToken);
                return key is null || !legacy.Takes(key)
                    ? new Offer(
                        new Refusal(ResponseCode.RsaKeyNeeded, "The handle has no RSA key of 2048 bits at that index.")
                    )
                    : Offer.Encrypted(key, version).OwnedBy(owner);
            case SessionMode.DiffieHellman
                when PublicKey.TryRead(request.PublicKey, out var given)
                    && given is DiffieHellmanPublicKey theirs
                    && legacy.Takes(theirs):
                return Offer.Agreed(theirs, version);
            default:
                return new Offer(Invalid);
        }
    }

    /// <summary>Logs in by password. The answer repeats the user's name, which clients need.</summary>
    private async ValueTask<Reply> LogInAsync(
        HandleExchange exchange,
        DigestField? digest,
        CancellationToken cancellationToken
    )
    {
        var body = exchange.Request.Body;
        if (body.Length > MaxLogin || !ResolutionRequest.TryRead(body.Span, out var request))
        {
            return Reply.Unreadable(digest);
        }
        var (identity, refusal) = await passwords.LogInAsync(request, exchange.Peer, cancellationToken);
        if (refusal is not null)
        {
            return Reply.Refused(refusal, digest);
        }
        return exchange.Peer.TryKeep(exchange.SessionId, new HandleLogin { Identity = identity })
            ? Reply.With(
                ResponseCode.Success,
                writer => new ResolutionResponse(digest, request.Handle, []).Write(writer)
            )
            : Reply.Refused(HandleChallenges.TooManyLogins, digest);
    }

    /// <summary>Ends a session. Gives the error, or null.</summary>
    private Refusal? Terminate(HandleExchange exchange)
    {
        if (exchange.Session is not { } session)
        {
            return new Refusal(ResponseCode.SessionTimeout, "There is no session to end.");
        }
        // Nobody may end another's session by its number. Before there is an owner, it belongs to who has the key.
        if (session.Key is not null && !exchange.OwnsSession && (session.Identity is not null || !exchange.IsEncrypted))
        {
            return new Refusal(ResponseCode.SessionFailed, "The message is not signed with the session's key.");
        }
        sessions.End(session);
        return null;
    }

    /// <summary>
    /// Null if the connection already belongs to that user; else a refusal that leads to a challenge.
    /// </summary>
    private static Refusal? RefuseLogin(HandleExchange exchange)
    {
        var body = exchange.Request.Body;
        if (body.Length > MaxLogin || !LoginRequest.TryRead(body.Span, out var login))
        {
            return new Refusal(ResponseCode.ProtocolError, "The body cannot be read.");
        }
        return
            exchange.Identity is { Reference: var who }
            && who.Index == login.User.Index
            && HandleName.SameFolded(who.Handle, HandleName.Qualify(login.User.Handle))
            ? null
            : new Refusal(ResponseCode.AuthenticationNeeded);
    }

    /// <summary>Takes the key that a client sends for its session. Gives the error, or null.</summary>
    private Refusal? TakeKey(HandleExchange exchange)
    {
        if (
            exchange.Session is not { Key: null } session
            || !SessionKeyExchange.TryRead(exchange.Request.Body.Span, out var sent)
        )
        {
            return new Refusal(ResponseCode.SessionFailed, "No session waits for its key.");
        }
        var key = SessionKey.Decrypt(sent.EncryptedKey, site.KeyPair);
        // As where nothing can be decrypted: the answer must not tell what was in it.
        session.Key = key.HasOldCipher && !legacy.IsTaken ? SessionKey.Generate(SessionKeyAlgorithm.Aes) : key;
        return null;
    }

    private async ValueTask<(RsaPublicKey? Key, HandleIdentity? Owner)> FindKeyAsync(
        ValueReference reference,
        CancellationToken cancellationToken
    )
    {
        if (HandleNames.Parse(reference.Handle) is { } identifier)
        {
            var found = await lookup.FindAsync(identifier, cancellationToken);
            foreach (var value in found.Values)
            {
                if (
                    value.Index == reference.Index
                    && value.Type.Equals(PublicKey.ValueType, StringComparison.OrdinalIgnoreCase)
                    && PublicKey.TryRead(value.Data, out var key)
                    && key is RsaPublicKey rsa
                )
                {
                    return (
                        rsa,
                        new HandleIdentity(new Reference(identifier.Text, value.Index), found.Record?.Object ?? 0)
                        {
                            Proof = SHA256.HashData(value.Data),
                        }
                    );
                }
            }
        }
        return (null, null);
    }

    /// <summary>The key and the data of a new session, or the reason to refuse it.</summary>
    private sealed record Offer(SessionKey? Key, byte[] Data, Refusal? Refusal = null)
    {
        public Offer(Refusal refusal)
            : this(null, [], refusal) { }

        /// <summary>The owner of the session, if it is known from the beginning.</summary>
        public HandleIdentity? Owner { get; private init; }

        /// <summary>A new key, encrypted for the holder of a private key.</summary>
        public static Offer Encrypted(RsaPublicKey reader, ProtocolVersion version)
        {
            var key = SessionKey.Generate(SessionKey.UsualAlgorithm(version));
            return new Offer(key, key.EncryptFor(reader, version));
        }

        /// <summary>A key by Diffie-Hellman agreement.</summary>
        public static Offer Agreed(DiffieHellmanPublicKey theirs, ProtocolVersion version)
        {
            var algorithm = DiffieHellmanKeyPair.UsualAlgorithm(version);
            return
                DiffieHellmanKeyPair.TryGenerateFor(theirs, out var ours)
                && ours.TryAgree(theirs, algorithm, out var key)
                ? new Offer(key, ours.ToResponse(algorithm, version))
                : new Offer(Invalid);
        }

        /// <summary>
        /// Sets the owner, except with a DES key: it can be found by trying all keys and proves nothing.
        /// </summary>
        public Offer OwnedBy(HandleIdentity? owner) =>
            Key?.Algorithm == SessionKeyAlgorithm.Des ? this : this with { Owner = owner };
    }
}
