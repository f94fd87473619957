namespace IdResolution.Core.Primitives;

/// <summary>Times as stored: microseconds since 1970 UTC. A value read back equals the value written.</summary>
public static class Micros
{
    /// <summary>The current time of a clock.</summary>
    public static long Now(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Of(time.GetUtcNow());
    }

    /// <summary>Converts a time. Fractions of a microsecond are cut off.</summary>
    public static long Of(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Converts microseconds since 1970 back into a time in UTC.</summary>
    public static DateTimeOffset ToTime(long micros) =>
        DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
