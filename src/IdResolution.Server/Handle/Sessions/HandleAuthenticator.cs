using System.Security.Cryptography;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Handles;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>Checks proofs of identity with the keys in the handle that the proof names. Thread-safe.</summary>
internal sealed class HandleAuthenticator(
    Auditor auditor,
    HandleLookup lookup,
    CryptoThrottle gate,
    GuessDelays guesses,
    LegacyCryptography legacy
)
{
    private const string Authenticating = "handle.authenticate";

    /// <summary>Checks a proof with the keys that it may be made with. Guessing at secrets is slowed down.</summary>
    /// <param name="source">The network that it comes from.</param>
    /// <param name="type">HS_SECKEY or HS_PUBKEY.</param>
    /// <param name="user">The claimed identity. Index 0 means any public key of the handle.</param>
    /// <param name="verifySecret">Checks the proof with a secret.</param>
    /// <param name="verifyKey">Checks the proof with a public key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusyException">The network was wrong too often, or too many proofs wait.</exception>
    public async ValueTask<(ProofResult Result, HandleIdentity? Identity)> AuthenticateAsync(
        NetworkSource source,
        string type,
        ValueReference user,
        Func<byte[], ProofResult> verifySecret,
        Func<PublicKey, ProofResult> verifyKey,
        CancellationToken cancellationToken
    )
    {
        if (HandleNames.Parse(user.Handle) is not { } identifier)
        {
            return (ProofResult.Wrong, null);
        }
        // Other nodes do not give out secrets, so only this node is asked for them.
        var isPublic = type.Equals(PublicKey.ValueType, StringComparison.OrdinalIgnoreCase);
        // A key of a public key's strength is not guessed at.
        var secret = isPublic ? null : $"{user.Index}:{identifier.Key}";
        if (secret is not null && !guesses.TryBegin(source, secret, out var wait))
        {
            throw new BusyException(wait);
        }
        var found = isPublic
            ? await lookup.FindAnywhereAsync(identifier, source, cancellationToken)
            : await lookup.FindAsync(identifier, cancellationToken);
        var isWrong = false;
        try
        {
            var proved = await gate.RunAsync(
                source,
                () => ValueTask.FromResult(Verify(found, identifier, type, user, verifySecret, verifyKey)),
                cancellationToken
            );
            isWrong = proved.Identity is null;
            return proved;
        }
        finally
        {
            if (secret is not null && !isWrong)
            {
                guesses.TakeBack(source, secret);
            }
        }
    }

    /// <summary>True if the value that proved an identity, in a login or session, is unchanged.</summary>
    public async ValueTask<bool> IsStillAsync(HandleIdentity identity, CancellationToken cancellationToken)
    {
        if (HandleNames.Parse(identity.Reference.Handle) is not { } identifier)
        {
            return false;
        }
        var found = await lookup.FindAnywhereAsync(identifier, default, cancellationToken);
        return found.Values.Any(v =>
            v.Index == identity.Reference.Index && SHA256.HashData(v.Data).AsSpan().SequenceEqual(identity.Proof.Span)
        );
    }

    /// <summary>
    /// True if a challenge of another server was answered correctly with a secret key kept here. A wrong answer goes to
    /// the audit log.
    /// </summary>
    public ValueTask<bool> VerifyAsync(VerifyRequest request, Caller sender, CancellationToken cancellationToken) =>
        VerifyAsync(
            request.User,
            secret =>
                legacy.IsTaken
                || (!SecretKeyProof.IsWeak(request.SignedResponse) && request.Digest.Length >= SHA256.HashSizeInBytes)
                    ? SecretKeyProof.Verify(request.SignedResponse, secret, request.Nonce, request.Digest)
                    : ProofResult.Unsupported,
            sender,
            cancellationToken
        );

    /// <summary>
    /// The same for a proof of any form. A right one is no proof of the sender, which is the other server, so it leaves
    /// no line.
    /// </summary>
    public async ValueTask<bool> VerifyAsync(
        ValueReference user,
        Func<byte[], ProofResult> verifySecret,
        Caller sender,
        CancellationToken cancellationToken
    )
    {
        var authenticated = await AuthenticateAsync(
            sender.Source,
            SecretKeyProof.Type,
            user,
            verifySecret,
            static _ => ProofResult.Unsupported,
            cancellationToken
        );
        if (authenticated.Result != ProofResult.Right)
        {
            NoteWrong(user, sender, "handle.verify");
        }
        return authenticated.Result == ProofResult.Right;
    }

    private static bool IsAsked(RawValue value, string type, ValueReference user) =>
        (user.Index == 0 || value.Index == user.Index) && value.Type.Equals(type, StringComparison.OrdinalIgnoreCase);

    private (ProofResult Result, HandleIdentity? Identity) Verify(
        FoundHandle found,
        Identifier identifier,
        string type,
        ValueReference user,
        Func<byte[], ProofResult> verifySecret,
        Func<PublicKey, ProofResult> verifyKey
    )
    {
        var result = ProofResult.Wrong;
        foreach (var value in found.Values)
        {
            if (!IsAsked(value, type, user))
            {
                continue;
            }
            if (value.IsSecret && user.Index != 0 && found.Record is { } record)
            {
                result = verifySecret(lookup.Reveal(record, value));
            }
            else if (value.Type.Equals(PublicKey.ValueType, StringComparison.OrdinalIgnoreCase))
            {
                result =
                    PublicKey.TryRead(value.Data, out var key) && legacy.Takes(key)
                        ? verifyKey(key)
                        : ProofResult.Unsupported;
            }
            if (result == ProofResult.Right)
            {
                return (
                    result,
                    new HandleIdentity(new Reference(identifier.Text, value.Index), found.Record?.Object ?? 0)
                    {
                        Proof = SHA256.HashData(value.Data),
                    }
                );
            }
        }
        return (result, null);
    }

    /// <summary>Checks the answer to a challenge. A wrong answer goes to the audit log.</summary>
    public ValueTask<(ProofResult Result, HandleIdentity? Identity)> AuthenticateAsync(
        ChallengeAnswer answer,
        byte[] nonce,
        DigestField digest,
        Caller sender,
        CancellationToken cancellationToken
    ) =>
        AuthenticateNotedAsync(
            answer.AuthType,
            answer.User,
            secret =>
                legacy.Takes(digest) && legacy.TakesSecretProof(answer.SignedResponse)
                    ? SecretKeyProof.Verify(answer.SignedResponse, secret, nonce, digest.Digest.Span)
                    : ProofResult.Unsupported,
            key =>
                legacy.Takes(digest) && legacy.TakesSignature(answer.SignedResponse)
                    ? PublicKeyProof.Verify(answer.SignedResponse, key, nonce, digest.Digest.Span, answer.User.Handle)
                    : ProofResult.Unsupported,
            sender,
            cancellationToken
        );

    /// <summary>
    /// Checks a proof with the keys that it may be made with. The audit log has right ones and wrong ones, each
    /// gathered by the minute.
    /// </summary>
    public async ValueTask<(ProofResult Result, HandleIdentity? Identity)> AuthenticateNotedAsync(
        string type,
        ValueReference user,
        Func<byte[], ProofResult> verifySecret,
        Func<PublicKey, ProofResult> verifyKey,
        Caller sender,
        CancellationToken cancellationToken
    )
    {
        var authenticated = await AuthenticateAsync(
            sender.Source,
            type,
            user,
            verifySecret,
            verifyKey,
            cancellationToken
        );
        if (authenticated.Identity is { } identity)
        {
            NoteProof(identity, sender);
        }
        else
        {
            NoteWrong(user, sender);
        }
        return authenticated;
    }

    /// <summary>Notes in the audit log that somebody proved an identity.</summary>
    public void NoteProof(HandleIdentity identity, Caller sender) =>
        auditor.Noted(identity.From(sender).Caller, Authenticating, identity.Reference.Handle);

    /// <summary>Notes in the audit log that somebody gave a wrong proof of an identity.</summary>
    public void NoteWrong(ValueReference user, Caller sender, string action = Authenticating) =>
        auditor.Denied(sender, action, ErrorCode.AuthenticationFailed, AuditTargets.OfIdentifier(user.Handle));
}
