namespace IdResolution.Server.Caching;

/// <summary>
/// The reads under way on one connection, of which there are never more than a number, and their deadline: one timer looks at all of them four
/// times within the time, since a timer for each would cost as much as the read. Thread-safe.
/// </summary>
internal sealed class RedisReads : IDisposable
{
    private readonly RedisRead[] _places;
    private readonly TimeSpan _period;
    private readonly Timer _timer;
    private int _next;
    private int _count;
    private int _isTiming;

    /// <summary>No read is under way.</summary>
    /// <param name="most">The greatest number; a power of two.</param>
    /// <param name="time">The longest that anybody waits.</param>
    public RedisReads(int most, TimeSpan time)
    {
        _period = time / 4;
        _places = [.. Enumerable.Range(0, most).Select(_ => new RedisRead(this))];
        _timer = new Timer(static reads => ((RedisReads)reads!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place for a read, or null where there are too many.</summary>
    public RedisRead? TryBegin()
    {
        if (Interlocked.Increment(ref _count) <= _places.Length)
        {
            // Outcomes that are not taken yet may hold places too: once around is enough.
            for (var looked = 0; looked < _places.Length; looked++)
            {
                var place = _places[Interlocked.Increment(ref _next) & (_places.Length - 1)];
                if (place.TryTake())
                {
                    Time();
                    return place;
                }
            }
        }
        End();
        return null;
    }

    /// <summary>The answer to a read is there.</summary>
    public void End() => Interlocked.Decrement(ref _count);

    public void Dispose() => _timer.Dispose();

    private void Time()
    {
        if (Volatile.Read(ref _isTiming) == 0 && Interlocked.Exchange(ref _isTiming, 1) == 0)
        {
            _timer.Change(_period, _period);
        }
    }

    private void Look()
    {
        // A quarter of the time goes by between two looks.
        var before = Environment.TickCount64 - (long)(3 * _period.TotalMilliseconds);
        foreach (var place in _places)
        {
            place.Expire(before);
        }
        if (Count == 0)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Volatile.Write(ref _isTiming, 0);
            if (Count > 0)
            {
                Time();
            }
        }
    }
}
