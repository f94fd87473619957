namespace IdResolution.Core.Access;

/// <summary>
/// What a network may use in a time (bytes of answers, writes without a key, bad keys). Memory is fixed, because
/// networks share buckets by a hash that nobody outside can compute. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="burst">What a network may use at once; 1 or more.</param>
/// <param name="perSecond">What it gains each second; 1 or more.</param>
public sealed class SourceRates(TimeProvider time, long burst, long perSecond)
{
    private const int Buckets = 1 << 14;

    private readonly long[] _fullAt = new long[Buckets];

    /// <summary>Takes an amount for a network. False, with the time to wait, if it has used too much.</summary>
    public bool TryTake(NetworkSource source, long amount, out TimeSpan retryAfter)
    {
        // HashCode is seeded at the start of the process.
        ref var bucket = ref _fullAt[HashCode.Combine(source) & (Buckets - 1)];
        return TokenBucket.TryTake(ref bucket, time, Ticks(amount), Ticks(burst), out retryAfter);
    }

    private long Ticks(long amount) => (long)((Int128)amount * TimeSpan.TicksPerSecond / perSecond);
}
