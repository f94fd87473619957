using System.Globalization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>Tells whether a date or time of a record is over.</summary>
internal static class LastDay
{
    /// <summary>A day is over when it is over in UTC; a time is to the microsecond.</summary>
    public static bool IsOver(string until, DateTimeOffset now) =>
        until.Length == 10
            ? DateOnly.ParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture)
                < DateOnly.FromDateTime(now.UtcDateTime)
            : DateTimeOffset.Parse(until, CultureInfo.InvariantCulture) < now;

    /// <summary>True for a text that is a date or time. Those of records always are.</summary>
    public static bool IsDate(string text) =>
        text.Length == 10
            ? DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            // Shorter ones have no distance from UTC.
            : text.Length >= 20 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    /// <summary>When a date or time is over, in microseconds since 1970 UTC.</summary>
    public static long End(string until) =>
        until.Length == 10
            ? Micros.Of(
                new DateTimeOffset(
                    DateOnly.ParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture),
                    TimeOnly.MaxValue,
                    TimeSpan.Zero
                )
            )
            : Micros.Of(DateTimeOffset.Parse(until, CultureInfo.InvariantCulture));
}
