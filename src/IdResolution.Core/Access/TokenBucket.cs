namespace IdResolution.Core.Access;

/// <summary>
/// Token buckets by the generic cell rate algorithm. Of a bucket nothing is kept but when it is full again, so it may
/// be any number in an array; what is taken pushes that time on by its cost. Thread-safe.
/// </summary>
public static class TokenBucket
{
    /// <summary>Takes from a bucket; false where it does not hold so much.</summary>
    /// <param name="fullAt">When the bucket is full again, in ticks of UTC; 0 for a full one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cost">What is taken, as the ticks in which it flows in again.</param>
    /// <param name="depth">What the bucket holds, in such ticks.</param>
    /// <param name="retryAfter">Where false: after how long the bucket holds so much.</param>
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
