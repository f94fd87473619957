using IdResolution.Core.Coherence;

namespace IdResolution.Core.Resolution;

/// <summary>
/// A load under way. Most end before anybody joins them: only who does makes it allocate what it is waited for by. That
/// is why loads have this instead of <see cref="Primitives.SingleFlight{TKey, T}"/>, which allocates for each.
/// Thread-safe.
/// </summary>
internal sealed class InFlightLoad
{
    private static readonly TaskCompletionSource<CachedRecord> s_over = new();

    private TaskCompletionSource<CachedRecord>? _joined;

    /// <summary>Waits for it: its outcome, or null where it is over.</summary>
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

    /// <summary>It found an entry.</summary>
    public void Succeed(CachedRecord entry) => Interlocked.Exchange(ref _joined, s_over)?.SetResult(entry);

    /// <summary>It failed.</summary>
    public void Fail(Exception reason) => Interlocked.Exchange(ref _joined, s_over)?.SetException(reason);
}
