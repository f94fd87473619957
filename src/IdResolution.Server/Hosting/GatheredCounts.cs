using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Leases;
using IdResolution.Core.Statistics;

namespace IdResolution.Server.Hosting;

/// <summary>What is gathered in memory: resolutions counted, denials, entries of the log still to be counted.</summary>
internal sealed class GatheredCounts(
    ResolutionCounters resolutions,
    Auditor auditor,
    LogCounter entries,
    LeaseKeeper lease,
    ChangeTail tail
)
{
    /// <summary>Writes it.</summary>
    /// <param name="last">The node ends: all of it, and another node may count from here on.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task FlushAsync(bool last, CancellationToken cancellationToken)
    {
        await resolutions.FlushAsync(cancellationToken);
        await auditor.FlushAsync(last, cancellationToken);
        await entries.CatchUpAsync(tail.Head, cancellationToken);
        if (last)
        {
            await lease.ReleaseAsync(cancellationToken);
        }
    }
}
