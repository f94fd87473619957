using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// Authenticates the sender of a request: by the answer to a session's challenge, by a session that has an owner, by a
/// password, or by the client certificate of the connection. Thread-safe.
/// </summary>
internal sealed class HttpAuthenticator(
    HandleAuthenticator authenticator,
    HttpSessions sessions,
    LegacyCryptography legacy
)
{
    private const string Basic = "Basic ";
    private const int LongestClientNonce = 1_024;

    // Over TCP a client proves its identity by the same bytes, with the digest of its request, 20 bytes or more, where
    // HTTP has its nonce. So whoever a client proved its identity to could open a session here with the proof.
    private const int LongestSessionNonce = 19;

    private static readonly Refusal Unreadable = new(
        ResponseCode.ProtocolError,
        "The credentials cannot be read: id is INDEX:HANDLE, percent-encoded; cnonce, signature and salt are base64."
    );

    private const string Old =
        "The proof is not of a kind that is taken here: see Old clients in docs/handle.md. Without alg it is SHA1.";

    private static readonly Refusal Wrong = new(ResponseCode.AuthenticationFailed, "The proof is not right.");

    /// <summary>
    /// Sets the identity and session of a call. Gives a refusal if the credentials are invalid, else null.
    /// </summary>
    public async ValueTask<Refusal?> AuthenticateAsync(HttpCall call)
    {
        var authorization = call.Context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return await ByPasswordAsync(call, authorization.AsSpan(Basic.Length).Trim().ToString());
        }
        if (!HttpCredential.TryRead(call, out var credential))
        {
            return Unreadable;
        }
        if (credential is null)
        {
            return null;
        }
        if (credential.IsCertificate)
        {
            return await ByCertificateAsync(call, credential);
        }
        if (credential.SessionId is { } id)
        {
            call.Session = sessions.Find(id);
            if (call.Session is null)
            {
                return new Refusal(ResponseCode.AuthenticationNeeded, "The session is over or unknown.");
            }
        }
        if (credential.HasProof)
        {
            return await ByAnswerAsync(call, credential);
        }
        // The key that proved the identity may have been replaced since.
        call.Identity =
            call.Session?.Identity is { } known && await authenticator.IsStillAsync(known, call.Aborted) ? known : null;
        return null;
    }

    /// <summary>Checks a proof that was made with a secret key, for another server.</summary>
    public async ValueTask<bool> VerifyAsync(
        ValueReference user,
        HttpCredential credential,
        byte[] nonce,
        HttpCall call
    ) =>
        credential.TryBytes("cnonce", out var clientNonce)
        && TryProof(credential, nonce, clientNonce, out var verifySecret)
        && await authenticator.VerifyAsync(user, verifySecret, call.Sender, call.Aborted);

    /// <summary>Adds a challenge to the answer: a session and its nonce. Over TLS a password is accepted too.</summary>
    public void Challenge(HttpCall call)
    {
        var session = call.Session ??= sessions.Create(call.Context.Source());
        var headers = call.Context.Response.Headers;
        headers.Append(
            "WWW-Authenticate",
            $"{HttpCredential.Scheme} version=\"0\", sessionId=\"{session.Id}\", "
                + $"nonce=\"{Convert.ToBase64String(session.Nonce)}\""
        );
        if (call.Context.Request.IsHttps)
        {
            headers.Append("WWW-Authenticate", "Basic realm=\"handle\", charset=\"UTF-8\"");
        }
    }

    private async ValueTask<Refusal?> ByAnswerAsync(HttpCall call, HttpCredential credential)
    {
        // The nonce is taken before any check, so that it is answered only once, rightly or wrongly.
        if (call.Session?.TakeNonce() is not { } nonce)
        {
            return new Refusal(
                ResponseCode.AuthenticationNeeded,
                "The nonce was answered before, or is of no session."
            );
        }
        if (!credential.TryUser(out var user) || !credential.TryBytes("cnonce", out var clientNonce))
        {
            return Unreadable;
        }
        if (clientNonce.Length > LongestSessionNonce)
        {
            return new Refusal(
                ResponseCode.ProtocolError,
                $"cnonce has at most {LongestSessionNonce} bytes; 16 random ones are usual."
            );
        }
        var (result, identity) = await AuthenticateAsync(credential, credential.Type, user, nonce, clientNonce, call);
        if (identity is null)
        {
            return new Refusal(result.ToResponseCode(), result == ProofResult.Unsupported ? Old : Wrong.Message);
        }
        if (!sessions.TryProve(call.Session, identity))
        {
            return new Refusal(ResponseCode.ServerBusy, "There are too many sessions; try again later.");
        }
        call.Identity = identity;
        return null;
    }

    private async ValueTask<(ProofResult Result, HandleIdentity? Identity)> AuthenticateAsync(
        HttpCredential credential,
        string type,
        ValueReference user,
        byte[] nonce,
        byte[] clientNonce,
        HttpCall call
    )
    {
        if (!TryProof(credential, nonce, clientNonce, out var verifySecret))
        {
            authenticator.NoteWrong(user, call.Sender);
            return (ProofResult.Malformed, null);
        }
        return await authenticator.AuthenticateNotedAsync(
            type,
            user,
            verifySecret,
            key =>
                legacy.TakesHash(credential.Algorithm) && credential.TryBytes("signature", out var signature)
                    ? PublicKeyProof.Verify(credential.Algorithm, signature, key, nonce, clientNonce)
                    : ProofResult.Unsupported,
            call.Sender,
            call.Aborted
        );
    }

    /// <summary>Reads a proof. False if it is none, whatever the key.</summary>
    private bool TryProof(
        HttpCredential credential,
        byte[] nonce,
        byte[] clientNonce,
        [NotNullWhen(true)] out Func<byte[], ProofResult>? verifySecret
    )
    {
        verifySecret = null;
        if (
            !credential.TryBytes("signature", out var signature)
            || !credential.TryBytes("salt", out var salt)
            || clientNonce.Length > LongestClientNonce
        )
        {
            return false;
        }
        verifySecret = secret =>
            KeyedDigest.TryKind(credential.Algorithm, out var kind) && legacy.Takes(kind)
                ? KeyedDigest.Verify(
                    kind,
                    secret,
                    nonce,
                    clientNonce,
                    signature,
                    new KeyStretching(salt, credential.Number("iterations"), credential.Number("length"))
                )
                : ProofResult.Unsupported;
        return true;
    }

    private async ValueTask<Refusal?> ByPasswordAsync(HttpCall call, string encoded)
    {
        if (!call.Context.Request.IsHttps)
        {
            return new Refusal(
                ResponseCode.InvalidCredential,
                "Basic would show the secret key to the whole network: use it over https, or answer the challenge "
                    + "of the scheme Handle."
            );
        }
        if (IsForeign(call.Context.Request))
        {
            return new Refusal(
                ResponseCode.InvalidCredential,
                "A page of another site cannot do this with a password that the browser keeps: use the scheme Handle."
            );
        }
        if (!TryPassword(encoded, out var user, out var password))
        {
            return Unreadable;
        }
        var (_, identity) = await authenticator.AuthenticateNotedAsync(
            SecretKeyProof.Type,
            user,
            secret =>
                secret.Length > 0 && CryptographicOperations.FixedTimeEquals(secret, password)
                    ? ProofResult.Right
                    : ProofResult.Wrong,
            static _ => ProofResult.Unsupported,
            call.Sender,
            call.Aborted
        );
        call.Identity = identity;
        return identity is null ? Wrong : null;
    }

    private async ValueTask<Refusal?> ByCertificateAsync(HttpCall call, HttpCredential credential)
    {
        if (
            call.Context.Connection.ClientCertificate is not { } certificate
            || !PublicKey.TryReadSubjectPublicKeyInfo(
                certificate.PublicKey.ExportSubjectPublicKeyInfo(),
                out var presented
            )
        )
        {
            return new Refusal(
                ResponseCode.InvalidCredential,
                "The connection has no client certificate with a key that can be compared with HS_PUBKEY."
            );
        }
        if (!credential.TryUser(out var user))
        {
            return Unreadable;
        }
        // TLS has proved that the client holds the private key.
        var (_, identity) = await authenticator.AuthenticateNotedAsync(
            PublicKeyProof.Type,
            user,
            static _ => ProofResult.Unsupported,
            key => key.Equals(presented) ? ProofResult.Right : ProofResult.Wrong,
            call.Sender,
            call.Aborted
        );
        call.Identity = identity;
        return identity is null ? Wrong : null;
    }

    /// <summary>
    /// True if a page of another site posted the request. Browsers add passwords that they have saved.
    /// </summary>
    private static bool IsForeign(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && request.Headers.Origin is { Count: > 0 } origin
        && origin != $"{request.Scheme}://{request.Host}";

    private static bool TryPassword(string encoded, [NotNullWhen(true)] out ValueReference? user, out byte[] password)
    {
        user = null;
        password = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, password, out var length))
        {
            return false;
        }
        var colon = password.AsSpan(0, length).IndexOf((byte)':');
        if (colon < 0 || !HttpCredential.TryUser(Encoding.UTF8.GetString(password, 0, colon), out user))
        {
            return false;
        }
        password = password[(colon + 1)..length];
        return true;
    }
}
