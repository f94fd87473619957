using System.Collections.Concurrent;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// The sessions of this node. They end with the node, or after an idle time. They are not in an <c>AnswerCache</c>,
/// because each use extends a session, and unproved sessions make room for others. Thread-safe.
/// </summary>
internal sealed class SessionStore(TimeProvider time)
{
    private const int MaxSessions = 10_000;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    // Without this limit, sessions without proof could keep others out for a day.
    private static readonly TimeSpan Unproved = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<int, HandleSession> _sessions = new();

    /// <summary>Creates a session. Null if there are too many. A timeout of 0 or less means the longest one.</summary>
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
            // Odd, so that it differs from the number of any challenge.
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

    /// <summary>Finds a session that is not over, or null.</summary>
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

    /// <summary>Extends a session because its owner used it.</summary>
    public void Use(HandleSession session) => session.UsedAt = time.GetTimestamp();

    public void End(HandleSession session) => _sessions.TryRemove(session.Id, out _);

    private bool IsOver(HandleSession session)
    {
        var idle = time.GetElapsedTime(session.UsedAt);
        return idle > session.Timeout
            || time.GetElapsedTime(session.MadeAt) > Longest
            || (!session.IsProved && idle > Unproved);
    }

    /// <summary>
    /// Removes sessions that are over, or else the oldest one without proof. False if neither exists.
    /// </summary>
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
