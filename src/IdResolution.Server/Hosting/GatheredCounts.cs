using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Statistics;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Writes data that is gathered in memory: counts of resolutions, denials, uses of keys, and log entries that readers
/// have to take.
/// </summary>
internal sealed class GatheredCounts(
    ResolutionCounters resolutions,
    Auditor auditor,
    KeyUses keys,
    IEnumerable<LogReader> readers,
    LogFollower tail
)
{
    /// <param name="last">
    /// True when the node stops: writes everything and releases the leases of the log readers.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task FlushAsync(bool last, CancellationToken cancellationToken)
    {
        await resolutions.FlushAsync(cancellationToken);
        await auditor.FlushAsync(last, cancellationToken);
        await keys.FlushAsync(last, cancellationToken);
        foreach (var reader in readers)
        {
            if (last || !reader.IsPausing)
            {
                await reader.CatchUpAsync(tail.Head, cancellationToken);
            }
            if (last)
            {
                await reader.ReleaseAsync(cancellationToken);
            }
        }
    }
}
