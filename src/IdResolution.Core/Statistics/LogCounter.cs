using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Statistics;

/// <summary>Counts registrations and changes from the log, so that each counts once, whichever node made it.</summary>
public sealed class LogCounter(IStatisticStore store, PlantClock plant) : ILogHandler
{
    /// <summary>The name of the log reader and of its lease.</summary>
    public const string ReaderName = "statistics";

    /// <inheritdoc/>
    public string Name => ReaderName;

    /// <inheritdoc/>
    public Task<bool> HandleAsync(IReadOnlyList<Change> changes, LogMove move, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<StatisticKey, long>();
        foreach (var change in changes)
        {
            if (change.Body.Kind == LogKind.Record)
            {
                var key = KeyOf(change);
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }
        return store.AddFromLogAsync(move, [.. counts.Select(c => new Statistic(c.Key, c.Value))], cancellationToken);
    }

    private StatisticKey KeyOf(Change change)
    {
        try
        {
            var (template, source) = RecordState.CountedAs(change.State);
            return new StatisticKey(
                plant.DayOf(change.Body.Time),
                template,
                source,
                NameOf(change.Body.Operation),
                Encoding.ASCII.GetString(change.Key.Prefix)
            );
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            throw new UnreadableEntryException(
                change.Sequence,
                e is InvalidDataException ? e.Message : "Its template or its time is not one that a node writes.",
                e
            );
        }
    }

    private static string NameOf(LogOperation operation) =>
        operation == LogOperation.Create ? "register" : operation.ToString().ToLowerInvariant();
}
