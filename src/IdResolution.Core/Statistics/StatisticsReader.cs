using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Statistics;

/// <summary>
/// Reads counts for callers. Needs role reader or higher. A caller who is bound to a prefix is told the counts below
/// it. Counts of earlier versions are those of the whole node, and of no prefix. Thread-safe.
/// </summary>
/// <param name="store">Stores the counts.</param>
/// <param name="log">The log, for its head.</param>
/// <param name="counters">The counts of resolutions in memory.</param>
/// <param name="reader">The log reader with the <see cref="LogCounter"/>.</param>
public sealed class StatisticsReader(
    IStatisticStore store,
    IChangeLog log,
    ResolutionCounters counters,
    LogReader reader
)
{
    /// <summary>Reads the counts of the plant's days, both included, after it has flushed the newest.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="template">Only counts of this template; null for all.</param>
    /// <param name="prefix">Only counts of this prefix and of those below it; null for all.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<Statistic[]>> ReadAsync(
        DateOnly from,
        DateOnly to,
        string? template,
        string? prefix,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Require(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        if (Check(from, to, prefix, out var below) is { } error)
        {
            return error;
        }
        await counters.FlushAsync(cancellationToken);
        await reader.CatchUpAsync(await log.HeadAsync(cancellationToken), cancellationToken);
        var counts = await store.ReadAsync(from, to, cancellationToken);
        return Summed(
            counts.Where(c =>
                (template is null || c.Key.Template == template)
                && (below is null || below.Covers(c.Key.Prefix))
                && (caller.Prefix is null || caller.Prefix.Covers(c.Key.Prefix))
            )
        );
    }

    private static Error? Check(DateOnly from, DateOnly to, string? prefix, out Prefix? below)
    {
        var faults = new Faults();
        if (from > to)
        {
            faults.Add("from", "must not be later than to", "不应晚于 to");
            faults.Add("to", "must not be earlier than from", "不应早于 from");
        }
        if (!Prefix.TryParse(prefix, out below) && prefix is not null)
        {
            faults.Add("prefix", "must be a prefix, such as 88.300.1", "应为前缀，例如 88.300.1");
        }
        return faults.TryCombine(out var error) ? error : null;
    }

    /// <summary>One count for all prefixes, sorted.</summary>
    private static Statistic[] Summed(IEnumerable<Statistic> counts) =>
        counts
            .GroupBy(c => c.Key with { Prefix = "" })
            .Select(group => new Statistic(group.Key, group.Sum(c => c.Count)))
            .OrderBy(c => c.Key.Day)
            .ThenBy(c => c.Key.Template, StringComparer.Ordinal)
            .ThenBy(c => c.Key.Source, StringComparer.Ordinal)
            .ThenBy(c => c.Key.Operation, StringComparer.Ordinal)
            .ToArray();
}
