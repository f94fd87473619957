using System.Security.Cryptography;
using IdResolution.Core.Handles;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// The sessions over HTTP of this node. Those that nobody has proved to own are made for whoever asks, so that there
/// are only so many of them, the oldest making room. Thread-safe.
/// </summary>
internal sealed class HttpSessions(TimeProvider time)
{
    /// <summary>The most sessions without an owner.</summary>
    public const int MaxUnproved = 10_000;

    private const int MaxProved = 10_000;

    /// <summary>How long a challenge waits for its answer.</summary>
    public static readonly TimeSpan Unproved = TimeSpan.FromMinutes(5);

    /// <summary>How long a session with an owner may be idle.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    /// <summary>How long it lives at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HttpSession> _sessions = new(StringComparer.Ordinal);
    private readonly Queue<HttpSession> _unproved = new();
    private int _proved;

    /// <summary>Sessions there are.</summary>
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

    /// <summary>Makes a session.</summary>
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

    /// <summary>A session that is not over, or null; finding it is using it.</summary>
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

    /// <summary>Gives a session its owner; false where too many have one, or it is over.</summary>
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

    /// <summary>Ends a session.</summary>
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
