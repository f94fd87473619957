using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells what was planned, picked, shipped and received for an order, by the events that name it among their documents.
/// Needs role reader. Thread-safe.
/// </summary>
public sealed class FulfilmentReader(
    IEventStore store,
    IRecordStore records,
    IntentThings things,
    CatalogHolder catalog,
    OrderReader orders,
    PlantClock plant
)
{
    private const int EventsAtOnce = 256;
    private const int ItemsAtOnce = 1_000;

    /// <summary>What became of an order.</summary>
    /// <param name="order">The order.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="mostEvents">The most events that it may have.</param>
    public async ValueTask<Result<Fulfilment>> ReadAsync(
        ItemName order,
        Caller caller,
        CancellationToken cancellationToken,
        int mostEvents = OrderReader.MaxEvents
    )
    {
        if (!(await orders.ReadAsync(order, caller, mostEvents, cancellationToken)).TryGet(out var said, out var error))
        {
            return error;
        }
        var ruled = new RuledRecord(said.Record, catalog.Current);
        var lines = await things.LinesAsync(ruled, cancellationToken);
        var book = new FulfilmentBook(lines?.Values(lines.Rules?.Lines) ?? [], TimesOf(ruled, lines));
        await FillAsync(book, said, cancellationToken);
        return new Fulfilment(ruled.Identifier, ruled.TemplateCode, book.Lines(), said.Number)
        {
            Unreadable = book.Unreadable,
            IsPickedAlone = lines is not null && lines != ruled,
        };
    }

    /// <summary>
    /// How often the lines are needed: those of a bill of materials are of one product, and an order says how many.
    /// </summary>
    private static decimal TimesOf(RuledRecord order, RuledRecord? lines) =>
        lines is not null
        && lines != order
        && LotBalance.TryRead(order.Value(order.Rules?.Quantity), out var ordered)
        && ordered >= 0
            ? ordered
            : 1;

    /// <summary>Enters what the events say.</summary>
    private async ValueTask FillAsync(FulfilmentBook book, OrderParts said, CancellationToken cancellationToken)
    {
        var places = await PlacesAsync(said.Events, cancellationToken);
        var parts = said.Parts.ToLookup(static p => p.Item);
        foreach (var some in parts.Select(static of => of.Key).Chunk(ItemsAtOnce))
        {
            var graph = new StockGraph(store);
            long[] unsaid = [.. some.Where(item => parts[item].Any(static p => p.Quantity is null))];
            await graph.ReadAsync(unsaid, cancellationToken);
            var reckoning = new StockReckoning(graph, records, catalog.Current, plant);
            foreach (var item in await graph.ItemsAsync(some, cancellationToken))
            {
                var names = await NamesAsync(item, book.HasLines, cancellationToken);
                var amounts = new LotAmounts(reckoning, item);
                foreach (var part in parts[item.Number])
                {
                    var happened = said.Events[part.Event];
                    foreach (var amount in await amounts.OfAsync(part, happened, cancellationToken))
                    {
                        book.Add(item, names, happened.Type, places.GetValueOrDefault(part.Event), amount);
                    }
                }
            }
        }
    }

    /// <summary>The places that events brought something to.</summary>
    private async ValueTask<Dictionary<long, long>> PlacesAsync(
        IReadOnlyDictionary<long, ItemEvent> events,
        CancellationToken cancellationToken
    )
    {
        var places = new Dictionary<long, long>();
        foreach (var some in events.Keys.Chunk(EventsAtOnce))
        {
            foreach (var part in await store.MembersAsync(some, [MemberRole.Place], cancellationToken))
            {
                places.TryAdd(part.Event, part.Item);
            }
        }
        return places;
    }

    /// <summary>The names by which lines may name an item.</summary>
    private async ValueTask<IReadOnlySet<string>> NamesAsync(
        TraceItem item,
        bool hasLines,
        CancellationToken cancellationToken
    ) =>
        hasLines
        && item.IsRegistered
        && (await records.FindAsync(item.Key.Folded, cancellationToken)).Record is { } record
            ? new RuledRecord(record, catalog.Current).Names()
            : new HashSet<string>(StringComparer.OrdinalIgnoreCase) { item.Spelling };
}
