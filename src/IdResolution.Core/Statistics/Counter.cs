namespace IdResolution.Core.Statistics;

/// <summary>Counts in memory until the next flush. Thread-safe.</summary>
public sealed class Counter
{
    private long _count;

    /// <summary>Counts one.</summary>
    public void Increment() => Interlocked.Increment(ref _count);

    /// <summary>Gives what was counted and begins at 0 again.</summary>
    public long Take() => Interlocked.Exchange(ref _count, 0);

    /// <summary>Gives back what could not be flushed.</summary>
    public void Return(long count) => Interlocked.Add(ref _count, count);
}
