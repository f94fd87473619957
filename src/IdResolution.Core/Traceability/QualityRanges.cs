using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>Checks the times between which the quality archive is read.</summary>
internal static class QualityRanges
{
    private const long DayMicros = 86_400_000_000;

    // 1900-01-01.
    private const long First = -2_208_988_800_000_000;

    /// <summary>Adds a fault where the end is not after the beginning, or too far from it.</summary>
    public static void Check(long from, long to, int mostDays, Faults faults)
    {
        if (from < First)
        {
            faults.Add("from", "must not be before 1900", "不应早于 1900 年");
        }
        else if (from >= to)
        {
            faults.Add("from", "must be earlier than to", "应早于 to");
        }
        else if (to - from > mostDays * DayMicros)
        {
            faults.Add("from", $"must be at most {mostDays} days before to", $"距 to 不应超过 {mostDays} 天");
        }
    }
}
