using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Statistics;

namespace IdResolution.Server.Hosting;

/// <summary>
/// What is gathered in memory: resolutions counted, denials, entries of the log that its readers have still to take.
/// </summary>
internal sealed class GatheredCounts(
    ResolutionCounters resolutions,
    Auditor auditor,
    IEnumerable<LogReader> readers,
    LogFollower tail
)
{
    /// <summary>Writes it.</summary>
    /// <param name="last">The node ends: all of it, and another node may read the log from here on.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task FlushAsync(bool last, CancellationToken cancellationToken)
    {
        await resolutions.FlushAsync(cancellationToken);
        await auditor.FlushAsync(last, cancellationToken);
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
