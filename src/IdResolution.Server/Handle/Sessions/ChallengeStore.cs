using System.Security.Cryptography;
using IdResolution.Core.Access;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// Challenges that wait for their answers, which may arrive on another connection. Each can be answered once. Memory is
/// limited: in total, per source, and for UDP, whose sources may be forged. A full store refuses new challenges; an
/// <c>AnswerCache</c> would drop old ones that clients still wait for. Thread-safe.
/// </summary>
internal sealed class ChallengeStore(TimeProvider time)
{
    private const int MaxPending = 20_000;
    private const int MaxPerSource = MaxPending / 20;
    private const int MaxOverUdp = MaxPending / 10;
    private const long MaxBytes = 64L << 20;
    private const long MaxBytesPerSource = MaxBytes / 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, PendingChallenge> _pending = [];
    private readonly SourceShares _counts = new(MaxPending, MaxPerSource);
    private readonly SourceShares _bytes = new(MaxBytes, MaxBytesPerSource);
    private readonly Queue<(int Id, PendingChallenge Challenge)> _order = new();
    private int _overUdp;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>Keeps a challenge. Gives the session id to answer it with, or 0 if there are too many.</summary>
    public int Add(PendingChallenge challenge)
    {
        lock (_lock)
        {
            DropExpired();
            var source = challenge.Peer.Source;
            var isUdp = challenge.Peer.Transport == PeerTransport.Udp;
            if ((isUdp && _overUdp >= MaxOverUdp) || !_counts.TryTake(source))
            {
                return 0;
            }
            if (!_bytes.TryTake(source, challenge.Bytes))
            {
                _counts.Return(source);
                return 0;
            }
            int id;
            do
            {
                // Even, so that it differs from the id of any session.
                id = RandomNumberGenerator.GetInt32(1, int.MaxValue >> 1) << 1;
            } while (!_pending.TryAdd(id, challenge));
            _order.Enqueue((id, challenge));
            _overUdp += isUdp ? 1 : 0;
            return id;
        }
    }

    /// <summary>Finds a challenge. Null if it is unknown, answered or too late.</summary>
    public PendingChallenge? Find(int id)
    {
        lock (_lock)
        {
            DropExpired();
            return _pending.GetValueOrDefault(id);
        }
    }

    /// <summary>Removes a challenge and gives it. Null if it is unknown, answered or too late.</summary>
    public PendingChallenge? Take(int id)
    {
        lock (_lock)
        {
            DropExpired();
            return Remove(id);
        }
    }

    private PendingChallenge? Remove(int id)
    {
        if (!_pending.Remove(id, out var challenge))
        {
            return null;
        }
        _overUdp -= challenge.Peer.Transport == PeerTransport.Udp ? 1 : 0;
        _counts.Return(challenge.Peer.Source);
        _bytes.Return(challenge.Peer.Source, challenge.Bytes);
        return challenge;
    }

    private void DropExpired()
    {
        while (
            _order.TryPeek(out var oldest)
            && (time.GetElapsedTime(oldest.Challenge.Since) > PendingChallenge.Life || !IsPending(oldest))
        )
        {
            _order.Dequeue();
            if (IsPending(oldest))
            {
                Remove(oldest.Id);
            }
        }
    }

    private bool IsPending((int Id, PendingChallenge Challenge) entry) =>
        _pending.TryGetValue(entry.Id, out var pending) && ReferenceEquals(pending, entry.Challenge);
}
