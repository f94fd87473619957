using System.Collections.Concurrent;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// The sessions of this node; they end with it, and with their client's silence. Their end moves with each use and room
/// is made by who has proved to own what, so they are in no <c>AnswerCache</c>. Thread-safe.
/// </summary>
internal sealed class SessionStore(TimeProvider time)
{
    private const int MaxSessions = 10_000;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    // A session that nobody has proved to own must not keep others out for a day.
    private static readonly TimeSpan Unproved = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<int, HandleSession> _sessions = new();

    /// <summary>Makes a session; null where there are too many.</summary>
    public HandleSession? Create(int timeoutSeconds, ProtocolVersion version)
    {
        if (_sessions.Count >= MaxSessions && !MakeRoom())
        {
            return null;
        }
        var timeout =
            timeoutSeconds > 0 && timeoutSeconds < Longest.TotalSeconds
                ? TimeSpan.FromSeconds(timeoutSeconds)
                : Longest;
        while (true)
        {
            // Odd, so that it is no challenge's.
            var session = new HandleSession(
                (RandomNumberGenerator.GetInt32(0, int.MaxValue >> 1) << 1) | 1,
                timeout,
                version
            )
            {
                MadeAt = time.GetTimestamp(),
                UsedAt = time.GetTimestamp(),
            };
            if (_sessions.TryAdd(session.Id, session))
            {
                return session;
            }
        }
    }

    /// <summary>A session that is not over, or null.</summary>
    public HandleSession? Find(int id)
    {
        if (!_sessions.TryGetValue(id, out var session))
        {
            return null;
        }
        if (IsOver(session))
        {
            _sessions.TryRemove(id, out _);
            return null;
        }
        return session;
    }

    /// <summary>Notes that its owner used it.</summary>
    public void Use(HandleSession session) => session.UsedAt = time.GetTimestamp();

    /// <summary>Ends a session.</summary>
    public void End(HandleSession session) => _sessions.TryRemove(session.Id, out _);

    private bool IsOver(HandleSession session)
    {
        var idle = time.GetElapsedTime(session.UsedAt);
        return idle > session.Timeout
            || time.GetElapsedTime(session.MadeAt) > Longest
            || (!session.IsProved && idle > Unproved);
    }

    /// <summary>Drops what is over, and else the oldest session that nobody has proved to own.</summary>
    private bool MakeRoom()
    {
        HandleSession? oldest = null;
        foreach (var (id, session) in _sessions)
        {
            if (IsOver(session))
            {
                _sessions.TryRemove(id, out _);
            }
            else if (!session.IsProved && (oldest is null || session.MadeAt < oldest.MadeAt))
            {
                oldest = session;
            }
        }
        return _sessions.Count < MaxSessions || (oldest is not null && _sessions.TryRemove(oldest.Id, out _));
    }
}
