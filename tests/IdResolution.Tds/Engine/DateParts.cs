namespace IdResolution.Tds.Engine;

/// <summary>DATEDIFF and DATEADD for the parts of fixed length.</summary>
internal static class DateParts
{
    /// <summary>The boundaries crossed between two moments, as T-SQL counts them.</summary>
    public static long Difference(string part, DateTime from, DateTime to) => (to.Ticks / Unit(part)) - (from.Ticks / Unit(part));

    public static DateTime Add(string part, long count, DateTime time) => time.AddTicks(count * Unit(part));

    private static long Unit(string part) => part switch
    {
        "microsecond" or "mcs" => TimeSpan.TicksPerMicrosecond,
        "millisecond" or "ms" => TimeSpan.TicksPerMillisecond,
        "second" or "ss" or "s" => TimeSpan.TicksPerSecond,
        "minute" or "mi" or "n" => TimeSpan.TicksPerMinute,
        "hour" or "hh" => TimeSpan.TicksPerHour,
        "day" or "dd" or "d" => TimeSpan.TicksPerDay,
        _ => throw new TSqlException(155, $"'{part}' is not a recognized datepart option of this test server.", 15),
    };
}
