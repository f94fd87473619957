namespace IdResolution.Server.Caching;

/// <summary>
/// The reads under way on one connection, of which there are never more than a number, and their deadline: one timer looks at all of them four
/// times within the time, since a timer for each would cost as much as the read. Thread-safe.
/// </summary>
internal sealed class RedisReads : IDisposable
{
    private readonly Slot[] _slots;
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
        _slots = [.. Enumerable.Range(0, most).Select(_ => new Slot(this))];
        _timer = new Timer(static reads => ((RedisReads)reads!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a read in: what to call when its answer is there, or null where there are too many.</summary>
    public Action? TryBegin(RedisRead read)
    {
        if (Interlocked.Increment(ref _count) > _slots.Length)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }
        while (true)
        {
            var slot = _slots[Interlocked.Increment(ref _next) & (_slots.Length - 1)];
            if (slot.TryTake(read))
            {
                Time();
                return slot.End;
            }
        }
    }

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
        foreach (var slot in _slots)
        {
            if (slot.Read is { } read && read.BeganAt <= before)
            {
                read.Expire();
            }
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

    private sealed class Slot
    {
        private readonly RedisReads _reads;
        private RedisRead? _read;

        public Slot(RedisReads reads)
        {
            _reads = reads;
            End = Free;
        }

        public Action End { get; }

        public RedisRead? Read => Volatile.Read(ref _read);

        public bool TryTake(RedisRead read) => Read is null && Interlocked.CompareExchange(ref _read, read, null) is null;

        private void Free()
        {
            Volatile.Write(ref _read, null);
            Interlocked.Decrement(ref _reads._count);
        }
    }
}
