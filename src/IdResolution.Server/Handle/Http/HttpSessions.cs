using System.Security.Cryptography;
using IdResolution.Core.Access;
using IdResolution.Core.Handles;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// The sessions over HTTP of this node. Anybody can create a session without owner, so their number is limited, in all
/// and for each network: the oldest of the network with the most is removed for a new one. Of those with an owner, the
/// owner with the most makes room likewise. Thread-safe.
/// </summary>
internal sealed class HttpSessions(TimeProvider time)
{
    public const int MaxUnproved = 10_000;

    /// <summary>The most sessions without owner of one network.</summary>
    public const int MaxUnprovedEach = 500;

    /// <summary>The most sessions with an owner.</summary>
    public const int MaxProved = 10_000;

    /// <summary>The lifetime of a session without owner.</summary>
    public static readonly TimeSpan Unproved = TimeSpan.FromMinutes(5);

    /// <summary>The longest idle time of a session with an owner (ASVS 3.3.2).</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>The longest lifetime of a session with an owner (ASVS 3.3.2).</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HttpSession> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<NetworkSource, Queue<HttpSession>> _unproved = [];
    private int _proved;
    private int _queued;

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

    /// <summary>Creates a session without owner.</summary>
    /// <param name="source">The network that asks for it.</param>
    public HttpSession Create(NetworkSource source)
    {
        var session = new HttpSession(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            time.GetTimestamp()
        );
        lock (_lock)
        {
            if (!_unproved.TryGetValue(source, out var own))
            {
                _unproved.Add(source, own = new Queue<HttpSession>());
            }
            if (own.Count >= MaxUnprovedEach)
            {
                DropFirst(own);
            }
            else if (_queued >= MaxUnproved)
            {
                DropOver();
                if (_queued >= MaxUnproved)
                {
                    DropFirst(_unproved.Values.MaxBy(static queue => queue.Count)!);
                }
                // Its own queue may have been empty, and so dropped.
                _unproved[source] = own;
            }
            own.Enqueue(session);
            _queued++;
            _sessions.Add(session.Id, session);
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

    /// <summary>Gives a session its owner. False if the session is over.</summary>
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
                    MakeRoom();
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

    /// <summary>Removes sessions with an owner: those that are over, or else one of the owner with the most.</summary>
    private void MakeRoom()
    {
        var proved = _sessions.Values.Where(s => s.Identity is not null).ToList();
        foreach (var over in proved.Where(IsOver))
        {
            Remove(over);
        }
        if (_proved >= MaxProved)
        {
            Remove(proved.GroupBy(s => s.Identity!.Owner).MaxBy(own => own.Count())!.MinBy(s => s.UsedAt)!);
        }
    }

    private void DropFirst(Queue<HttpSession> queue)
    {
        var first = queue.Dequeue();
        _queued--;
        if (first.Identity is null)
        {
            _sessions.Remove(first.Id);
        }
    }

    /// <summary>Drops what is over or has an owner by now from the queues.</summary>
    private void DropOver()
    {
        foreach (var (source, queue) in _unproved)
        {
            while (queue.TryPeek(out var oldest) && (oldest.Identity is not null || IsOver(oldest)))
            {
                DropFirst(queue);
            }
            if (queue.Count == 0)
            {
                _unproved.Remove(source);
            }
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
