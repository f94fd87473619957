namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// The system's clock, which a test can put forward: the time of day and elapsed time alike. Timers run on the real
/// one.
/// </summary>
internal sealed class SlidingTime : TimeProvider
{
    private long _offset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddTicks(Volatile.Read(ref _offset));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref _offset);
}
