using System.Security.Cryptography;
using IdResolution.Core.Handles;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// The sessions over HTTP of this node. Anybody can create a session without owner, so their number is limited: the
/// oldest is removed for a new one. Thread-safe.
/// </summary>
internal sealed class HttpSessions(TimeProvider time)
{
    public const int MaxUnproved = 10_000;

    private const int MaxProved = 10_000;

    /// <summary>The lifetime of a session without owner.</summary>
    public static readonly TimeSpan Unproved = TimeSpan.FromMinutes(5);

    /// <summary>The longest idle time of a session with an owner.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    /// <summary>The longest lifetime of a session with an owner.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HttpSession> _sessions = new(StringComparer.Ordinal);
    private readonly Queue<HttpSession> _unproved = new();
    private int _proved;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sessions.Count;
            }
        }
    }

    public HttpSession Create()
    {
        var session = new HttpSession(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            time.GetTimestamp()
        );
        lock (_lock)
        {
            while (
                _unproved.TryPeek(out var oldest)
                && (_unproved.Count >= MaxUnproved || oldest.Identity is not null || IsOver(oldest))
            )
            {
                _unproved.Dequeue();
                if (oldest.Identity is null)
                {
                    _sessions.Remove(oldest.Id);
                }
            }
            _sessions.Add(session.Id, session);
            _unproved.Enqueue(session);
        }
        return session;
    }

    /// <summary>Finds a session that is not over, or null. This counts as a use of the session.</summary>
    public HttpSession? Find(string id)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(id, out var session))
            {
                return null;
            }
            if (IsOver(session))
            {
                Remove(session);
                return null;
            }
            session.UsedAt = time.GetTimestamp();
            return session;
        }
    }

    /// <summary>
    /// Gives a session its owner. False if there are too many sessions with an owner, or the session is over.
    /// </summary>
    public bool TryProve(HttpSession session, HandleIdentity identity)
    {
        lock (_lock)
        {
            if (!_sessions.ContainsKey(session.Id))
            {
                return false;
            }
            if (session.Identity is null)
            {
                if (_proved >= MaxProved)
                {
                    foreach (var over in _sessions.Values.Where(s => s.Identity is not null && IsOver(s)).ToList())
                    {
                        Remove(over);
                    }
                    if (_proved >= MaxProved)
                    {
                        return false;
                    }
                }
                _proved++;
            }
            session.Identity = identity;
            return true;
        }
    }

    public void End(HttpSession session)
    {
        lock (_lock)
        {
            Remove(session);
        }
    }

    private void Remove(HttpSession session)
    {
        if (_sessions.Remove(session.Id) && session.Identity is not null)
        {
            _proved--;
        }
    }

    private bool IsOver(HttpSession session) =>
        session.Identity is null
            ? time.GetElapsedTime(session.CreatedAt) > Unproved
            : time.GetElapsedTime(session.UsedAt) > Idle || time.GetElapsedTime(session.CreatedAt) > Longest;
}
