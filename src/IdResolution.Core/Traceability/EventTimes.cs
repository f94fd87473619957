using System.Globalization;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Reads when an event happened. A time says its distance from UTC itself, or is local time of a zone that is named.
/// </summary>
internal static class EventTimes
{
    /// <summary>Reads a time.</summary>
    /// <param name="time">The time: RFC 3339, or without offset.</param>
    /// <param name="zone">The zone; null where the time says its offset.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <returns>Microseconds since 1970 UTC; 0 where something is wrong.</returns>
    public static long Read(string? time, string? zone, Faults faults)
    {
        if (time is null)
        {
            faults.Add("time", "is needed: when it happened", "不能为空：事件发生的时间");
            return 0;
        }
        var hasZone = TryZone(zone, faults, out var found);
        if (ValueCodec.TryDateTime(time, out var utc))
        {
            return MicrosOf(utc);
        }
        // The same text is read as a whole where an offset is put behind it.
        if (!ValueCodec.TryDateTime(time + "Z", out var local))
        {
            faults.Add(
                "time",
                "must be a date and time, such as 2026-03-01T08:00:00+08:00",
                "应为日期时间，例如 2026-03-01T08:00:00+08:00"
            );
            return 0;
        }
        if (zone is null)
        {
            faults.Add(
                "time",
                "does not say its zone: add the distance from UTC, as in +08:00, or give zone",
                "未说明时区：请加上与 UTC 的时差（如 +08:00），或给出 zone"
            );
        }
        return hasZone && found is not null
            ? OfLocal(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), found, faults)
            : 0;
    }

    /// <summary>The same for an event, which is not later than so far ahead of the node's clock.</summary>
    public static long Read(string? time, string? zone, DateTimeOffset now, TimeSpan maxAhead, Faults faults)
    {
        var happened = Read(time, zone, faults);
        if (happened > Micros.Of(now + maxAhead))
        {
            faults.Add(
                "time",
                $"is more than {maxAhead.TotalMinutes:0.#} minutes ahead of the node's clock",
                $"比节点时钟超前 {maxAhead.TotalMinutes:0.#} 分钟以上"
            );
        }
        return happened;
    }

    private static long OfLocal(DateTime local, TimeZoneInfo zone, Faults faults)
    {
        if (zone.IsInvalidTime(local))
        {
            faults.Add(
                "time",
                $"does not exist in {zone.Id}: clocks were put forward then",
                $"在时区 {zone.Id} 中不存在：当时时钟拨快"
            );
            return 0;
        }
        if (zone.IsAmbiguousTime(local))
        {
            var offsets = zone.GetAmbiguousTimeOffsets(local).Select(OffsetText).Order(StringComparer.Ordinal);
            var choice = string.Join(", ", offsets);
            faults.Add(
                "time",
                $"comes twice in {zone.Id}: add the distance from UTC, one of {choice}",
                $"在时区 {zone.Id} 中出现两次：请加上与 UTC 的时差（{choice}）"
            );
            return 0;
        }
        return MicrosOf(TimeZoneInfo.ConvertTimeToUtc(local, zone));
    }

    private static bool TryZone(string? zone, Faults faults, out TimeZoneInfo? found)
    {
        found = null;
        if (zone is null)
        {
            return true;
        }
        if (TryOffset(zone, out var offset))
        {
            found = TimeZoneInfo.CreateCustomTimeZone(zone, offset, zone, zone);
            return true;
        }
        if (zone.Length <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out found))
        {
            return true;
        }
        faults.Add(
            "zone",
            "must be an IANA time zone such as Asia/Shanghai, or a distance from UTC such as +08:00",
            "应为 IANA 时区名（如 Asia/Shanghai）或与 UTC 的时差（如 +08:00）"
        );
        return false;
    }

    // No place is further than 14 hours from UTC.
    private static bool TryOffset(string zone, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (
            zone is not ['+' or '-', _, _, ':', _, _]
            || !TimeSpan.TryParseExact(zone[1..], "hh\\:mm", CultureInfo.InvariantCulture, out var distance)
            || distance > TimeSpan.FromHours(14)
        )
        {
            return false;
        }
        offset = zone[0] == '-' ? -distance : distance;
        return true;
    }

    private static string OffsetText(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hh\\:mm", CultureInfo.InvariantCulture);

    private static long MicrosOf(DateTime utc) => Micros.Of(new DateTimeOffset(utc, TimeSpan.Zero));
}
