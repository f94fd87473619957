using System.Collections.Concurrent;
using System.Text;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Statistics;

/// <summary>
/// Counts resolutions in memory by template, source and prefix. The counts of the last seconds are lost if the process
/// is killed. Thread-safe.
/// </summary>
public sealed class ResolutionCounters
{
    private readonly IStatisticStore _store;
    private readonly PlantClock _plant;
    private readonly ConcurrentDictionary<CountedName, Counter> _counters = new(CountedName.Comparer);
    private readonly ConcurrentDictionary<CountedName, Counter>.AlternateLookup<CountedName.Spans> _bySpans;

    /// <summary>Begins with no counts.</summary>
    public ResolutionCounters(IStatisticStore store, PlantClock plant)
    {
        (_store, _plant) = (store, plant);
        _bySpans = _counters.GetAlternateLookup<CountedName.Spans>();
    }

    /// <summary>Gets the counter for a record's template, source and prefix; makes it if needed.</summary>
    public Counter For(StoredRecord record)
    {
        RecordState.CountedAs(record.State, out var template, out var source);
        var name = new CountedName.Spans(template, source, record.Key.Prefix);
        if (_bySpans.TryGetValue(name, out var counter))
        {
            return counter;
        }
        _bySpans.TryAdd(name, new Counter());
        return _bySpans[name];
    }

    /// <summary>Writes the counts under the plant's current day. Failed ones wait for the next flush.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(_plant.Now.DateTime);
        var taken = new List<(Counter Counter, Statistic Statistic)>();
        foreach (var (key, counter) in _counters)
        {
            if (counter.Take() is var count and > 0)
            {
                taken.Add(
                    (
                        counter,
                        new Statistic(
                            new StatisticKey(
                                day,
                                Encoding.UTF8.GetString(key.Template),
                                Encoding.UTF8.GetString(key.Source),
                                "resolve",
                                Encoding.ASCII.GetString(key.Prefix)
                            ),
                            count
                        )
                    )
                );
            }
        }
        if (taken.Count == 0)
        {
            return;
        }
        try
        {
            await _store.AddAsync([.. taken.Select(t => t.Statistic)], cancellationToken);
        }
        catch
        {
            taken.ForEach(t => t.Counter.Return(t.Statistic.Count));
            throw;
        }
    }
}
