using System.Collections.Concurrent;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Core.Statistics;

/// <summary>Counts resolutions in memory by template and source, flushed to the store; the last seconds are lost on a kill. Thread-safe.</summary>
public sealed class ResolutionCounters(IStatisticStore store, PlantClock plant)
{
    private readonly ConcurrentDictionary<(string Template, string Source), Counter> _counters = new();

    /// <summary>The counter of a record's template and source.</summary>
    public Counter For(StoredRecord record)
    {
        var (template, source) = RecordReader.CountedAs(record.State);
        return _counters.GetOrAdd((template, source), static _ => new Counter());
    }

    /// <summary>Writes what was counted since the last flush.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(plant.Now.DateTime);
        var taken = new List<(Counter Counter, Statistic Statistic)>();
        foreach (var (key, counter) in _counters)
        {
            if (counter.Take() is var count and > 0)
            {
                taken.Add((counter, new Statistic(new StatisticKey(day, key.Template, key.Source, "resolve"), count)));
            }
        }
        if (taken.Count == 0)
        {
            return;
        }
        try
        {
            await store.AddAsync([.. taken.Select(t => t.Statistic)], cancellationToken);
        }
        catch
        {
            taken.ForEach(t => t.Counter.Return(t.Statistic.Count));
            throw;
        }
    }
}
