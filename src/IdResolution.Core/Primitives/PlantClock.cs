namespace IdResolution.Core.Primitives;

/// <summary>The clock in the plant's time zone, for the days in coding rules and statistics.</summary>
public sealed class PlantClock(TimeProvider time, TimeZoneInfo zone)
{
    /// <summary>The underlying clock.</summary>
    public TimeProvider Time => time;

    /// <summary>The current local time of the plant.</summary>
    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone);

    /// <summary>The plant's day at a time in microseconds since 1970 UTC.</summary>
    public DateOnly DayOf(long micros) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Micros.ToTime(micros), zone).DateTime);
}
