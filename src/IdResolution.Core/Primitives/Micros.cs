namespace IdResolution.Core.Primitives;

/// <summary>Times as stored: microseconds since 1970 UTC, so that a value read back equals the value written.</summary>
public static class Micros
{
    /// <summary>The clock's time.</summary>
    public static long Now(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Of(time.GetUtcNow());
    }

    /// <summary>A time, cut to the microsecond.</summary>
    public static long Of(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The time of a count.</summary>
    public static DateTimeOffset ToTime(long micros) =>
        DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
