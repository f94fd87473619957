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

    /// <summary>
    /// Until when the clock has which distance from UTC between two times, both in microseconds. The last one has no
    /// end. Changes that are undone within a day are not found.
    /// </summary>
    /// <param name="from">The first time, in microseconds since 1970 UTC.</param>
    /// <param name="to">The last time, in microseconds since 1970 UTC.</param>
    public IReadOnlyList<(long Until, long Offset)> Offsets(long from, long to)
    {
        const long day = 86_400_000_000;
        var found = new List<(long, long)>();
        var offset = OffsetAt(from);
        for (var at = from; at < to; at += day)
        {
            var next = Math.Min(at + day, to);
            if (OffsetAt(next) is var other && other != offset)
            {
                found.Add((ChangeBetween(at, next, offset), offset));
                offset = other;
            }
        }
        found.Add((long.MaxValue, offset));
        return found;
    }

    private long OffsetAt(long micros) => zone.GetUtcOffset(Micros.ToTime(micros)).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The first time with another distance.</summary>
    private long ChangeBetween(long low, long high, long offset)
    {
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = OffsetAt(middle) == offset ? (middle, high) : (low, middle);
        }
        return high;
    }

    /// <summary>When a day of the plant is over, in microseconds since 1970 UTC.</summary>
    public long EndOf(DateOnly day)
    {
        // The last day of all has no next one.
        var next = day == DateOnly.MaxValue ? DateTime.MaxValue : day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        var offset = zone.GetUtcOffset(next);
        return (next.Ticks - offset.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    }

    /// <summary>The plant's day at a time in microseconds since 1970 UTC.</summary>
    public DateOnly DayOf(long micros) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Micros.ToTime(micros), zone).DateTime);
}
