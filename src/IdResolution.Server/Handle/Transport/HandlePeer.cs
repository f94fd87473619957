using System.Net;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// Who sent a message, and what was agreed on the connection it came by. Used by one message at a time.
/// </summary>
/// <param name="Transport">What it came by.</param>
/// <param name="Address">The address of the sender; over UDP it may be forged.</param>
internal sealed record HandlePeer(HandleTransport Transport, IPAddress Address)
{
    // More than one for each user that shares a connection makes no sense.
    private const int MaxLogins = 64;

    private Dictionary<int, HandleLogin>? _logins;

    /// <summary>The login under a session id of the client's choosing, or null.</summary>
    public HandleLogin? FindLogin(int sessionId) => _logins?.GetValueOrDefault(sessionId);

    /// <summary>Keeps a login for this connection; false where there are too many.</summary>
    public bool TryKeep(int sessionId, HandleLogin login)
    {
        _logins ??= [];
        if (_logins.Count >= MaxLogins && !_logins.ContainsKey(sessionId))
        {
            return false;
        }
        _logins[sessionId] = login;
        return true;
    }
}
