namespace IdResolution.Core.Access;

/// <summary>A token bucket that holds one second's worth of requests. Thread-safe.</summary>
/// <param name="perSecond">Requests a second, 1 or more.</param>
/// <param name="time">The clock.</param>
public sealed class RateLimiter(int perSecond, TimeProvider time)
{
    private readonly long _costTicks = Math.Max(1, TimeSpan.TicksPerSecond / perSecond);

    private long _fullAt;

    /// <summary>Takes requests from the bucket. False, with the time to wait, if it holds fewer.</summary>
    public bool TryTake(int requests, out TimeSpan retryAfter) =>
        TokenBucket.TryTake(
            ref _fullAt,
            time,
            _costTicks * Math.Min(requests, perSecond),
            TimeSpan.TicksPerSecond,
            out retryAfter
        );
}
