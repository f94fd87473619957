using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Core.Statistics;

/// <summary>Counts registrations from the log: one more reader with a cursor, so that every write is counted once, whoever made it.</summary>
public sealed class LogCounter(IChangeLog log, IStatisticStore store, PlantClock plant)
{
    private const int Page = 5_000;

    /// <summary>Counts what the log holds beyond the cursor.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var cursor = await store.LogCursorAsync(cancellationToken);
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
                    var (template, source) = RecordReader.CountedAs(change.State);
                    var key = new StatisticKey(plant.DayOf(change.Body.Time), template, source, Name(change.Body.Operation));
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
            }
            await store.AddFromLogAsync([.. counts.Select(c => new Statistic(c.Key, c.Value))], cursor, changes[^1].Sequence, cancellationToken);
        }
    }

    private static string Name(LogOperation operation) => operation == LogOperation.Create ? "register" : operation.ToString().ToLowerInvariant();
}
