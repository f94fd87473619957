using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>Finds what was so of things at a time. Thread-safe.</summary>
public sealed class PastReader(
    IEventStore events,
    IRecordStore records,
    CatalogHolder catalog,
    EventIds ids,
    PlantClock plant
)
{
    internal IEventStore Events => events;

    internal IRecordStore Records => records;

    internal NodeCatalog Catalog => catalog.Current;

    internal EventIds Ids => ids;

    internal PlantClock Plant => plant;

    /// <summary>The past of one thing.</summary>
    /// <param name="thing">The thing.</param>
    /// <param name="number">The log number to read events at.</param>
    /// <param name="latest">The latest time that is asked for, in microseconds since 1970 UTC.</param>
    /// <param name="caller">Who asks.</param>
    internal ThingPast Of(TraceItem thing, long number, long latest, Caller caller) =>
        new(this, thing, new ThingPast.View(number, latest, caller.Projection));

    /// <summary>The past of an item by its number, for what is judged now; null where there is none.</summary>
    internal async ValueTask<ThingPast?> OfAsync(long item, long now, CancellationToken cancellationToken)
    {
        var number = await events.HeadAsync(cancellationToken);
        return await events.ItemsAsync([item], cancellationToken) is [var thing, ..]
            ? Of(thing, number, now, Caller.CommandLine)
            : null;
    }

    /// <summary>True if an event was not voided by a log number.</summary>
    internal static bool Counts(StoredEvent stored, long number) => stored.Voided == 0 || stored.Voided > number;
}
