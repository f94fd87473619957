using System.Globalization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>Tells whether a date or time of a record is over.</summary>
internal static class LastDay
{
    /// <summary>A day is over when it is over in the plant; a time is to the microsecond.</summary>
    /// <param name="until">The date or time.</param>
    /// <param name="now">The time at which is asked, in microseconds since 1970 UTC.</param>
    /// <param name="plant">The plant's clock.</param>
    public static bool IsOver(string until, long now, PlantClock plant) => End(until, plant) < now;

    /// <summary>True for a text that is a date or time. Those of records always are.</summary>
    public static bool IsDate(string text) =>
        text.Length == 10
            ? DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            // Shorter ones have no distance from UTC.
            : text.Length >= 20 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    /// <summary>The last moment of a date or time, in microseconds since 1970 UTC.</summary>
    public static long End(string until, PlantClock plant) =>
        until.Length == 10
            ? plant.EndOf(DateOnly.ParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture)) - 1
            : Micros.Of(DateTimeOffset.Parse(until, CultureInfo.InvariantCulture));
}
