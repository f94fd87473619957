using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Statistics;

/// <summary>Shows counts to callers, from role reader up. Thread-safe.</summary>
/// <param name="store">Keeps the counts.</param>
/// <param name="log">The log.</param>
/// <param name="counters">Counts resolutions.</param>
/// <param name="reader">The one that counts the log (<see cref="LogCounter"/>).</param>
public sealed class StatisticsReader(
    IStatisticStore store,
    IChangeLog log,
    ResolutionCounters counters,
    LogReader reader
)
{
    /// <summary>Counts of the plant's days, both included, what was counted a moment ago with them.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="template">Of one template's records alone; null for all.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<Statistic[]>> ReadAsync(
        DateOnly from,
        DateOnly to,
        string? template,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Require(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        await counters.FlushAsync(cancellationToken);
        await reader.CatchUpAsync(await log.HeadAsync(cancellationToken), cancellationToken);
        var counts = await store.ReadAsync(from, to, cancellationToken);
        return counts.Where(c => template is null || c.Key.Template == template).ToArray();
    }
}
