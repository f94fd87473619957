using System.Globalization;

namespace IdResolution.Core.Primitives;

/// <summary>The clock in the plant's time zone: days in coding rules and statistics, and times for people.</summary>
public sealed class PlantClock(TimeProvider time, TimeZoneInfo zone)
{
    /// <summary>The name of the plant's time zone.</summary>
    public string ZoneName => zone.Id;

    /// <summary>The underlying clock.</summary>
    public TimeProvider Time => time;

    /// <summary>The current local time of the plant.</summary>
    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone);

    /// <summary>A time by the plant's clock.</summary>
    public DateTimeOffset At(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, zone);

    /// <summary>
    /// A local time as people read it, with its distance from UTC: <c>2026-03-01 16:00:00 (UTC+8)</c>, in Chinese
    /// between full-width brackets.
    /// </summary>
    /// <param name="local">The time.</param>
    /// <param name="language">The language.</param>
    /// <param name="isExact">True to show parts of a second, if there are any.</param>
    public static string Text(DateTimeOffset local, Language language, bool isExact = false)
    {
        var time = local.ToString(
            isExact ? "yyyy-MM-dd HH:mm:ss.FFFFFF" : "yyyy-MM-dd HH:mm:ss",
            CultureInfo.InvariantCulture
        );
        return language == Language.Chinese ? $"{time}（{Zone(local.Offset)}）" : $"{time} ({Zone(local.Offset)})";
    }

    private static string Zone(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero)
        {
            return "UTC";
        }
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        var minutes = offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):00}";
        return $"UTC{sign}{Math.Abs(offset.Hours)}{minutes}";
    }

    /// <summary>The plant's day at a time in microseconds since 1970 UTC.</summary>
    public DateOnly DayOf(long micros) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Micros.ToTime(micros), zone).DateTime);
}
