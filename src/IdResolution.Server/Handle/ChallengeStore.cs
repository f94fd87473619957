using System.Net;
using System.Security.Cryptography;

namespace IdResolution.Server.Handle;

/// <summary>
/// Challenges that wait for their answers, which may come by another connection. Each is answered once at most. What they hold is bounded,
/// and so is each source's part of it. Thread-safe.
/// </summary>
internal sealed class ChallengeStore(TimeProvider time)
{
    private const int MaxPending = 20_000;
    private const int MaxPerSource = MaxPending / 4;
    private const long MaxBytes = 64L << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, PendingChallenge> _pending = [];
    private readonly Dictionary<IPAddress, int> _sources = [];
    private readonly Queue<(int Id, PendingChallenge Challenge)> _order = new();
    private long _bytes;

    /// <summary>Challenges that wait.</summary>
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

    /// <summary>Keeps a challenge; gives the session id to answer it with, or 0 where there are too many.</summary>
    public int Add(PendingChallenge challenge)
    {
        lock (_lock)
        {
            DropExpired();
            var bySource = _sources.GetValueOrDefault(challenge.Source);
            if (_pending.Count >= MaxPending || _bytes + challenge.Bytes > MaxBytes || bySource >= MaxPerSource)
            {
                return 0;
            }
            int id;
            do
            {
                // Even, so that it is no session's.
                id = RandomNumberGenerator.GetInt32(1, int.MaxValue >> 1) << 1;
            }
            while (!_pending.TryAdd(id, challenge));
            _order.Enqueue((id, challenge));
            _sources[challenge.Source] = bySource + 1;
            _bytes += challenge.Bytes;
            return id;
        }
    }

    /// <summary>Takes a challenge out, right or wrong as its answer may be; null where there is none or it is too late.</summary>
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
        _bytes -= challenge.Bytes;
        if (--_sources[challenge.Source] == 0)
        {
            _sources.Remove(challenge.Source);
        }
        return challenge;
    }

    private void DropExpired()
    {
        while (_order.TryPeek(out var oldest) && (time.GetElapsedTime(oldest.Challenge.Since) > PendingChallenge.Life || !IsPending(oldest)))
        {
            _order.Dequeue();
            if (IsPending(oldest))
            {
                Remove(oldest.Id);
            }
        }
    }

    private bool IsPending((int Id, PendingChallenge Challenge) entry) => _pending.TryGetValue(entry.Id, out var pending) && ReferenceEquals(pending, entry.Challenge);
}
