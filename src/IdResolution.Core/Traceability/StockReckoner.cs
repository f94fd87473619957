using IdResolution.Core.Catalog;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>Reckons what is where of a page of items, from all of their events. Thread-safe.</summary>
public sealed class StockReckoner(IEventStore store, IRecordStore records, CatalogHolder catalog, PlantClock plant)
{
    /// <summary>What the time is.</summary>
    internal DateTimeOffset Now => plant.Time.GetUtcNow();

    /// <summary>Tells which of some items are pieces that may be in stock where they are found.</summary>
    internal async ValueTask<IReadOnlyList<(TraceItem Item, bool IsPiece)>> PiecesAsync(
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    )
    {
        var graph = new StockGraph(store);
        await graph.ReadAsync(items, cancellationToken);
        var reckoning = new StockReckoning(graph, records, catalog.Current, plant);
        var found = new List<(TraceItem Item, bool IsPiece)>(items.Count);
        foreach (var item in await graph.ItemsAsync(items, cancellationToken))
        {
            found.Add((item, await reckoning.IsPieceAsync(item, cancellationToken)));
        }
        return found;
    }

    /// <summary>
    /// The rows of items, in their order, and those of the items that something was put into. What nothing was put into
    /// by an event that counts has nothing on it: what a correction took from it the correction names itself.
    /// </summary>
    internal async ValueTask<(IReadOnlyList<StockRow> Rows, IReadOnlyList<ItemKey> Holders)> RowsAsync(
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    )
    {
        var graph = new StockGraph(store);
        await graph.ReadAsync(items, cancellationToken);
        var reckoning = new StockReckoning(graph, records, catalog.Current, plant);
        var (rows, holders) = (new List<StockRow>(), new List<ItemKey>());
        foreach (var item in await graph.ItemsAsync(items, cancellationToken))
        {
            rows.AddRange(await reckoning.RowsAsync(item, cancellationToken));
            if (graph.IsHolder(item.Number))
            {
                holders.Add(item.Key);
            }
        }
        return (rows, holders);
    }
}
