namespace IdResolution.Core.Access;

/// <summary>A token bucket of one second's worth of requests. Thread-safe.</summary>
/// <param name="perSecond">Requests a second, 1 and up.</param>
/// <param name="time">The clock.</param>
public sealed class RateLimiter(int perSecond, TimeProvider time)
{
    private readonly long _costTicks = Math.Max(1, TimeSpan.TicksPerSecond / perSecond);

    // The time at which the bucket would be full again; a request pushes it on by its cost (generic cell rate
    // algorithm).
    private long _fullAt;

    /// <summary>Takes <paramref name="requests"/>; false with the time to wait where the bucket holds fewer.</summary>
    public bool TryTake(int requests, out TimeSpan retryAfter)
    {
        while (true)
        {
            var now = time.GetUtcNow().UtcTicks;
            var fullAt = Volatile.Read(ref _fullAt);
            // A clock set back must not lock a key out for long.
            var start = fullAt < now || fullAt > now + (2 * TimeSpan.TicksPerSecond) ? now : fullAt;
            var next = start + (_costTicks * Math.Min(requests, perSecond));
            if (next > now + TimeSpan.TicksPerSecond)
            {
                retryAfter = TimeSpan.FromTicks(next - now - TimeSpan.TicksPerSecond);
                return false;
            }
            if (Interlocked.CompareExchange(ref _fullAt, next, fullAt) == fullAt)
            {
                retryAfter = default;
                return true;
            }
        }
    }
}
