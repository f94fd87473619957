using IdResolution.Core.Coherence;

namespace IdResolution.Core.Resolution;

/// <summary>
/// A load that is under way. Most loads end before anybody joins, so the object that others wait on is made only on the
/// first join. <see cref="Primitives.SingleFlight{TKey, T}"/> would allocate it for each load. Thread-safe.
/// </summary>
internal sealed class InFlightLoad
{
    private static readonly TaskCompletionSource<CachedRecord> s_over = new();

    private TaskCompletionSource<CachedRecord>? _joined;

    /// <summary>The task of the load for others to wait on, or null if the load is over.</summary>
    public Task<CachedRecord>? Join()
    {
        var joined = Volatile.Read(ref _joined);
        if (joined is null)
        {
            var made = new TaskCompletionSource<CachedRecord>();
            joined = Interlocked.CompareExchange(ref _joined, made, null) ?? made;
        }
        return joined == s_over ? null : joined.Task;
    }

    /// <summary>Ends the load with an entry, for all who joined.</summary>
    public void Succeed(CachedRecord entry) => Interlocked.Exchange(ref _joined, s_over)?.SetResult(entry);

    /// <summary>Ends the load with an exception, for all who joined.</summary>
    public void Fail(Exception reason) => Interlocked.Exchange(ref _joined, s_over)?.SetException(reason);
}
