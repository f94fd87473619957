namespace IdResolution.Core.Primitives;

/// <summary>The plant's calendar: days in coding rules and statistics are the plant's, never UTC's.</summary>
public sealed class PlantClock(TimeProvider time, TimeZoneInfo zone)
{
    /// <summary>The clock beneath it.</summary>
    public TimeProvider Time => time;

    /// <summary>The plant's local time.</summary>
    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone);

    /// <summary>The plant's day of a moment in microseconds since 1970 UTC.</summary>
    public DateOnly DayOf(long micros) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Micros.ToTime(micros), zone).DateTime);
}
