using IdResolution.Core.ChangeLog;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Statistics;

/// <summary>
/// Counts registrations from the log: one more reader with a cursor, so that every write is counted once, whoever made
/// it. The node that holds the lease counts; where it dies another takes over.
/// </summary>
public sealed class LogCounter(IChangeLog log, IStatisticStore store, LeaseKeeper lease, PlantClock plant) : IDisposable
{
    /// <summary>The lease's name.</summary>
    public const string LeaseName = "statistics";

    private const int Page = 5_000;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _counted = -1;

    /// <summary>Counts what the log holds beyond the cursor, where this node may.</summary>
    /// <param name="head">
    /// The log's head as far as the node knows: where all of that was counted the store is not asked.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task CatchUpAsync(long head, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await CountAsync(head, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task CountAsync(long head, CancellationToken cancellationToken)
    {
        while (_counted < head)
        {
            var cursor = await store.LogCursorAsync(cancellationToken);
            _counted = cursor;
            if (cursor >= head || await lease.HoldAsync(cancellationToken) is not { } held)
            {
                return;
            }
            var changes = await log.ReadAsync(cursor, Page, cancellationToken);
            if (changes.Count == 0)
            {
                return;
            }
            var counts = new Dictionary<StatisticKey, long>();
            foreach (var change in changes)
            {
                if (change.Body.Kind == LogKind.Record)
                {
                    var (template, source) = RecordState.CountedAs(change.State);
                    var key = new StatisticKey(
                        plant.DayOf(change.Body.Time),
                        template,
                        source,
                        Name(change.Body.Operation)
                    );
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
            }
            if (
                !await store.AddFromLogAsync(
                    held,
                    [.. counts.Select(c => new Statistic(c.Key, c.Value))],
                    cursor,
                    changes[^1].Sequence,
                    cancellationToken
                )
            )
            {
                // Another node counts now.
                return;
            }
        }
    }

    private static string Name(LogOperation operation) =>
        operation == LogOperation.Create ? "register" : operation.ToString().ToLowerInvariant();
}
