namespace IdResolution.Core.ChangeLog;

/// <summary>
/// The pause of a <see cref="LogReader"/> after a failure: 1 s at first, then twice as long each time, at most 1 min,
/// and up to a fifth less. One call at a time; it may be read meanwhile.
/// </summary>
internal sealed class FailurePause(TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private int _failures;
    private Failure? _last;

    /// <summary>The last failure; null after a success.</summary>
    public Exception? Cause => Volatile.Read(ref _last)?.Cause;

    /// <summary>When the first try failed since the last success; null after a success.</summary>
    public DateTimeOffset? Since => Volatile.Read(ref _last)?.Since;

    /// <summary>True while it lasts.</summary>
    public bool Lasts => Volatile.Read(ref _last) is { } last && time.GetElapsedTime(last.At) < last.For;

    public void Fail(Exception cause)
    {
        var pause = TimeSpan.FromSeconds(
            Math.Min(Shortest.TotalSeconds * Math.Pow(2, _failures), Longest.TotalSeconds)
        );
        _failures++;
        pause *= 1 - (Random.Shared.NextDouble() / 5);
        if (cause is LaterException { After: { } asked } && asked > pause)
        {
            pause = asked;
        }
        Volatile.Write(ref _last, new Failure(cause, time.GetTimestamp(), pause, Since ?? time.GetUtcNow()));
    }

    public void Succeed()
    {
        _failures = 0;
        Volatile.Write(ref _last, null);
    }

    private sealed record Failure(Exception Cause, long At, TimeSpan For, DateTimeOffset Since);
}
