using System.Collections.Concurrent;
using System.Security.Cryptography;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// The sessions of this node. They end with the node, or after an idle time. They are not in an <c>AnswerCache</c>,
/// because each use extends a session, and unproved sessions make room for others. A newcomer is never refused: it
/// takes the place of a session that is worth less, so that no source, true or forged, can keep others out.
/// Thread-safe.
/// </summary>
internal sealed class SessionStore(TimeProvider time)
{
    private const int MaxSessions = 10_000;

    // An owner with more makes room before anybody else does.
    private const int ManyOfOwner = MaxSessions / 20;

    // Sessions from which no signed message has come. One client has only a few of them at a time.
    private const int MaxUnheardOfSource = 256;
    private const int MaxUnheardOverUdp = MaxSessions / 10;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    // Without this limit, sessions without proof could keep others out for a day.
    private static readonly TimeSpan Unproved = TimeSpan.FromMinutes(10);

    // Over UDP nobody may have asked for the session: the source may be forged.
    private static readonly TimeSpan UnheardOverUdp = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, HandleSession> _sessions = new();

    /// <summary>Creates a session. A timeout of 0 or less means the longest one.</summary>
    /// <param name="timeoutSeconds">The longest idle time in seconds.</param>
    /// <param name="version">The protocol version of its messages.</param>
    /// <param name="peer">Who asks for it.</param>
    /// <param name="claimed">The identity that it is for; null if the client names none.</param>
    public HandleSession Create(int timeoutSeconds, ProtocolVersion version, HandlePeer peer, Reference? claimed = null)
    {
        MakeRoom(peer);
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
                Claimed = claimed,
                Source = peer.Source,
                IsOverUdp = peer.Transport == PeerTransport.Udp,
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

    /// <summary>Extends a session because a message was signed with its key.</summary>
    public void Use(HandleSession session)
    {
        session.UsedAt = time.GetTimestamp();
        session.IsHeard = true;
    }

    public void End(HandleSession session) => _sessions.TryRemove(session.Id, out _);

    private bool IsOver(HandleSession session)
    {
        var idle = time.GetElapsedTime(session.UsedAt);
        return idle > session.Timeout
            || time.GetElapsedTime(session.MadeAt) > Longest
            || (!session.IsProved && idle > Unproved)
            || (session is { IsOverUdp: true, IsHeard: false } && idle > UnheardOverUdp);
    }

    /// <summary>Removes sessions that are over and, if there are too many, the one that is worth least.</summary>
    private void MakeRoom(HandlePeer peer)
    {
        var (ofSource, overUdp) = (0, 0);
        HandleSession? firstOfSource = null,
            firstOverUdp = null,
            firstUnproved = null,
            leastUsed = null;
        foreach (var (id, session) in _sessions)
        {
            if (IsOver(session))
            {
                _sessions.TryRemove(id, out _);
            }
            else if (session.IsProved)
            {
                leastUsed = Earlier(leastUsed, session);
            }
            else
            {
                firstUnproved = Earlier(firstUnproved, session);
                if (!session.IsHeard && session.Source == peer.Source)
                {
                    ofSource++;
                    firstOfSource = Earlier(firstOfSource, session);
                }
                if (session is { IsHeard: false, IsOverUdp: true })
                {
                    overUdp++;
                    firstOverUdp = Earlier(firstOverUdp, session);
                }
            }
        }
        if (ofSource >= MaxUnheardOfSource)
        {
            End(firstOfSource!);
        }
        else if (peer.Transport == PeerTransport.Udp && overUdp >= MaxUnheardOverUdp)
        {
            End(firstOverUdp!);
        }
        else if (_sessions.Count >= MaxSessions && (OfGreedyOwner() ?? firstUnproved ?? leastUsed) is { } least)
        {
            End(least);
        }
    }

    /// <summary>The least used session of the owner with the most, if those are very many; else null.</summary>
    private HandleSession? OfGreedyOwner() =>
        _sessions.Values.Where(s => s.Identity is not null).GroupBy(s => s.Identity!.Owner).MaxBy(own => own.Count())
            is { } most
        && most.Count() > ManyOfOwner
            ? most.MinBy(s => s.UsedAt)
            : null;

    private static HandleSession Earlier(HandleSession? one, HandleSession other) =>
        one is null || other.UsedAt < one.UsedAt ? other : one;
}
