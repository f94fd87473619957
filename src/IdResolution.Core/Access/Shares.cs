namespace IdResolution.Core.Access;

/// <summary>
/// What may be held at once, in all and by one holder, so that none can keep others out. Memory grows with what is
/// held, no more. Thread-safe.
/// </summary>
/// <typeparam name="T">What tells holders apart.</typeparam>
/// <param name="most">Gives the most that may be held in all. May change at any time.</param>
/// <param name="mostEach">Gives the most that one holder may hold. May change at any time.</param>
public class Shares<T>(Func<long> most, Func<long> mostEach)
    where T : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<T, long> _held = [];
    private long _all;

    /// <summary>The same with fixed limits.</summary>
    public Shares(long most, long mostEach)
        : this(() => most, () => mostEach) { }

    /// <summary>What is held in all.</summary>
    public long Held => Volatile.Read(ref _all);

    /// <summary>Takes an amount for a holder. False, and nothing is taken, if that would be too much.</summary>
    public bool TryTake(T source, long amount = 1)
    {
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(source) + amount;
            if (_all + amount > most() || held > mostEach())
            {
                return false;
            }
            _held[source] = held;
            Volatile.Write(ref _all, _all + amount);
            return true;
        }
    }

    /// <summary>Takes an amount for a holder even if that is too much: what cannot be refused any more.</summary>
    public void Take(T source, long amount)
    {
        lock (_lock)
        {
            _held[source] = _held.GetValueOrDefault(source) + amount;
            Volatile.Write(ref _all, _all + amount);
        }
    }

    /// <summary>
    /// True if a holder holds as much as one may; where all together do, if it holds at least an equal part. So those
    /// who hold much do not have the others refused.
    /// </summary>
    public bool IsFull(T source)
    {
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(source);
            return held >= mostEach() || (held > 0 && _all >= most() && held >= _all / _held.Count);
        }
    }

    /// <summary>Gives back what was taken.</summary>
    public void Return(T source, long amount = 1)
    {
        lock (_lock)
        {
            var held = _held[source] - amount;
            if (held == 0)
            {
                _held.Remove(source);
            }
            else
            {
                _held[source] = held;
            }
            Volatile.Write(ref _all, _all - amount);
        }
    }
}
