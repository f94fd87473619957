namespace IdResolution.Core.Statistics;

/// <summary>A counter in memory between two flushes. Thread-safe.</summary>
public sealed class Counter
{
    private long _count;

    /// <summary>Adds one.</summary>
    public void Increment() => Interlocked.Increment(ref _count);

    /// <summary>Takes the count and sets the counter to 0.</summary>
    public long Take() => Interlocked.Exchange(ref _count, 0);

    /// <summary>Adds back a count that could not be flushed.</summary>
    public void Return(long count) => Interlocked.Add(ref _count, count);
}
