using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Handle.Transport;
using IdResolution.Server.Options;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// Logs in by a password in clear (op 2000 of CAICT's ID-SDK), which is a secret key kept here. Off by default.
/// Thread-safe.
/// </summary>
internal sealed class PasswordLogins(
    HandleAuthenticator authenticator,
    CatalogHolder catalog,
    IOptionsMonitor<AccessOptions> access
)
{
    private const int SecretIndex = 300;

    /// <summary>Checks the password in a request. Gives the identity, or the reason to refuse it.</summary>
    public async ValueTask<(HandleIdentity? Identity, Refusal? Refusal)> LogInAsync(
        ResolutionRequest request,
        HandlePeer peer,
        CancellationToken cancellationToken
    )
    {
        if (!access.CurrentValue.HandlePasswords || peer.Transport != PeerTransport.Tcp)
        {
            return (null, new Refusal(ResponseCode.OperationNotSupported, "Passwords in clear are not taken."));
        }
        if (request.Types is not [{ Length: > 0 } password])
        {
            return (null, new Refusal(ResponseCode.ProtocolError, "The body cannot be read."));
        }
        var (_, identity) = await authenticator.AuthenticateNotedAsync(
            SecretKeyProof.Type,
            UserOf(request.Handle),
            secret =>
                CryptographicOperations.FixedTimeEquals(secret, Encoding.UTF8.GetBytes(password))
                    ? ProofResult.Right
                    : ProofResult.Wrong,
            static _ => ProofResult.Unsupported,
            peer.Sender,
            cancellationToken
        );
        return identity is null
            ? (null, new Refusal(ResponseCode.AuthenticationFailed, "User or password is wrong."))
            : (identity, null);
    }

    /// <summary>
    /// The secret key of a user: <c>INDEX:HANDLE</c>, or a handle whose secret is at index 300. A name without a slash
    /// is a suffix of the node's first prefix.
    /// </summary>
    private ValueReference UserOf(string name)
    {
        if (ValueReference.TryParse(name, out var user))
        {
            return user;
        }
        var isHandle = name.Contains('/', StringComparison.Ordinal) || catalog.Current.Prefixes.Count == 0;
        return new ValueReference(isHandle ? name : $"{catalog.Current.Prefixes[0].Text}/{name}", SecretIndex);
    }
}
