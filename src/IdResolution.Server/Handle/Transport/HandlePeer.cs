using System.Net;
using IdResolution.Core.Access;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Transport;

/// <summary>The sender of a message, with the logins of its connection. Used by one message at a time.</summary>
/// <param name="transport">The transport of the message.</param>
/// <param name="address">The address of the sender. Over UDP it may be forged.</param>
/// <param name="origin">Gives the trace id of the request; null if there is none.</param>
internal sealed class HandlePeer(PeerTransport transport, IPAddress address, ICallOrigin? origin = null)
{
    // Each user that shares a connection needs only one login.
    private const int MaxLogins = 64;

    private Dictionary<int, HandleLogin>? _logins;

    public PeerTransport Transport { get; } = transport;

    /// <summary>The network of the sender.</summary>
    public NetworkSource Source { get; } = NetworkSource.Of(address);

    /// <summary>The anonymous caller where the message comes from, for the audit log.</summary>
    public Caller Sender => field ??= Caller.Anonymous with { Source = Source, Origin = origin };

    /// <summary>True once the connection has carried a message of the CAICT ID-SDK's dialect.</summary>
    public bool SpeaksCaict { get; set; }

    /// <summary>The login under a session id, or null. 0 is an id like any other.</summary>
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
