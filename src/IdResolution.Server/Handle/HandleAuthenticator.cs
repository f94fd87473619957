using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Handle;

/// <summary>Finds out who answered a challenge, by the keys in the handle that the answer names. Thread-safe.</summary>
internal sealed class HandleAuthenticator(Node node, HandleLookup lookup) : IDisposable
{
    // Checking a proof costs processor time that anybody can ask for: resolution keeps its share.
    private readonly SemaphoreSlim _gate = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Checks a proof with the keys it may be made with.</summary>
    /// <param name="type">HS_SECKEY or HS_PUBKEY.</param>
    /// <param name="user">Who claims to have made it; index 0 for any public key of the handle.</param>
    /// <param name="verifySecret">Checks it with a secret.</param>
    /// <param name="verifyKey">Checks it with a public key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<(ProofResult Result, HandleIdentity? Identity)> AuthenticateAsync(
        string type, ValueReference user, Func<byte[], ProofResult> verifySecret, Func<PublicKey, ProofResult> verifyKey, CancellationToken cancellationToken)
    {
        if (HandleLookup.Parse(user.Handle) is not { } identifier)
        {
            return (ProofResult.Wrong, null);
        }
        var found = await lookup.FindAsync(identifier, cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var result = ProofResult.Wrong;
            foreach (var value in found.Values)
            {
                if ((user.Index != 0 && value.Index != user.Index) || !value.Type.Equals(type, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }
                if (value.IsSecret && user.Index != 0)
                {
                    result = verifySecret(lookup.Reveal(value));
                }
                else if (value.Type.Equals(PublicKey.ValueType, StringComparison.OrdinalIgnoreCase))
                {
                    result = PublicKey.TryRead(value.Data, out var key) ? verifyKey(key) : ProofResult.Unsupported;
                }
                if (result == ProofResult.Right)
                {
                    return (result, new HandleIdentity(new ValueReference(identifier.Text, value.Index), found.Record?.Object ?? 0));
                }
            }
            return (result, null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Checks the answer to a challenge; a wrong one is noted in the audit log.</summary>
    public async ValueTask<(ProofResult Result, HandleIdentity? Identity)> AuthenticateAsync(ChallengeAnswer answer, byte[] nonce, DigestField digest, CancellationToken cancellationToken)
    {
        var authenticated = await AuthenticateAsync(
            answer.AuthType,
            answer.User,
            secret => SecretKeyProof.Verify(answer.SignedResponse, secret, nonce, digest.Digest.Span),
            key => PublicKeyProof.Verify(answer.SignedResponse, key, nonce, digest.Digest.Span, answer.User.Handle),
            cancellationToken);
        if (authenticated.Identity is null)
        {
            node.Auditor.Denied(Caller.Anonymous, "handle.authenticate", ErrorCode.AuthenticationFailed);
        }
        return authenticated;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
