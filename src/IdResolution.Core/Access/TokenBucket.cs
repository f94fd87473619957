namespace IdResolution.Core.Access;

/// <summary>
/// Token buckets by the generic cell rate algorithm. A bucket is only the time at which it is full again, so it may be
/// a number in an array. Taking moves that time on. Thread-safe.
/// </summary>
public static class TokenBucket
{
    /// <summary>Takes from a bucket; false if the bucket holds less than the cost.</summary>
    /// <param name="fullAt">The time when the bucket is full again, in ticks of UTC; 0 for a full one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cost">The amount to take, as the ticks in which it flows in again.</param>
    /// <param name="depth">The size of the bucket, in the same ticks.</param>
    /// <param name="retryAfter">If false, the time until the bucket holds enough.</param>
    public static bool TryTake(ref long fullAt, TimeProvider time, long cost, long depth, out TimeSpan retryAfter)
    {
        while (true)
        {
            var now = time.GetUtcNow().UtcTicks;
            var seen = Volatile.Read(ref fullAt);
            // A clock set back must not shut a caller out for long.
            var start = seen < now || seen > now + (2 * depth) ? now : seen;
            var next = start + cost;
            if (next > now + depth)
            {
                retryAfter = TimeSpan.FromTicks(next - now - depth);
                return false;
            }
            if (Interlocked.CompareExchange(ref fullAt, next, seen) == seen)
            {
                retryAfter = default;
                return true;
            }
        }
    }
}
