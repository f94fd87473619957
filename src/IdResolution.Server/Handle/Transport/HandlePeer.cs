using System.Net;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Transport;

/// <summary>The sender of a message, with the logins of its connection. Used by one message at a time.</summary>
/// <param name="Transport">The transport of the message.</param>
/// <param name="Address">The address of the sender. Over UDP it may be forged.</param>
internal sealed record HandlePeer(PeerTransport Transport, IPAddress Address)
{
    // Each user that shares a connection needs only one login.
    private const int MaxLogins = 64;

    private Dictionary<int, HandleLogin>? _logins;

    /// <summary>The login with a session id that the client chose, or null.</summary>
    public HandleLogin? FindLogin(int sessionId) => _logins?.GetValueOrDefault(sessionId);

    /// <summary>Keeps a login for this connection. False if there are too many.</summary>
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
