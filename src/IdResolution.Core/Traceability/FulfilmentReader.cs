using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
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
    PlantClock plant
)
{
    /// <summary>The most events that name an order.</summary>
    public const int MaxEvents = 10_000;

    /// <summary>The most items that these events name.</summary>
    public const int MaxItems = 100_000;

    private const int EventsAtOnce = 256;
    private const int ItemsAtOnce = 1_000;

    private static readonly MemberRole[] s_order = [MemberRole.Covering, MemberRole.Document];
    private static readonly MemberRole[] s_items = [MemberRole.Covered, MemberRole.Item];

    private static readonly EventType[] s_carried =
    [
        EventType.Move,
        EventType.Ship,
        EventType.Receive,
        EventType.Cover,
    ];

    /// <summary>What became of an order.</summary>
    public async ValueTask<Result<Fulfilment>> ReadAsync(
        Identifier order,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var number = await store.HeadAsync(cancellationToken);
        var record = catalog.Current.IsHomed(order)
            ? (await records.FindAsync(order.Key, cancellationToken)).Record
            : null;
        if (record is null)
        {
            return await AbsentIdentifier.ErrorAsync(order, catalog.Current, records, cancellationToken);
        }
        var events = await store.PartsAsync(record.Object, s_order, number, MaxEvents + 1, cancellationToken);
        if (events.Count > MaxEvents)
        {
            return TooLarge();
        }
        var ruled = new RuledRecord(record, catalog.Current);
        var lines = await things.LinesAsync(ruled, cancellationToken);
        var book = new FulfilmentBook(lines?.Values(lines.Rules?.Lines) ?? []);
        if (!await FillAsync(book, events, number, cancellationToken))
        {
            return TooLarge();
        }
        return new Fulfilment(ruled.Identifier, ruled.TemplateCode, book.Lines(), number)
        {
            Unreadable = book.Unreadable,
        };
    }

    /// <summary>Enters what the events say; false where that is too much.</summary>
    private async ValueTask<bool> FillAsync(
        FulfilmentBook book,
        IReadOnlyList<ItemEvent> events,
        long number,
        CancellationToken cancellationToken
    )
    {
        var types = events.DistinctBy(static e => e.Event).ToDictionary(static e => e.Event);
        var parts = new List<EventPart>();
        foreach (var some in types.Keys.Chunk(EventsAtOnce))
        {
            parts.AddRange(await store.MembersAsync(some, s_items, cancellationToken));
            if (parts.Count > MaxItems)
            {
                return false;
            }
        }
        if (!await AddContentsAsync(parts, types, number, cancellationToken))
        {
            return false;
        }
        var items = new Dictionary<long, TraceItem>();
        foreach (var some in parts.Select(static p => p.Item).Distinct().Chunk(ItemsAtOnce))
        {
            foreach (var item in await store.ItemsAsync(some, cancellationToken))
            {
                items.Add(item.Number, item);
            }
        }
        var places = await PlacesAsync(types, cancellationToken);
        foreach (var (item, of) in items.Values.GroupJoin(parts, i => i.Number, p => p.Item, (i, p) => (i, p)))
        {
            var names = await NamesAsync(item, book.HasLines, cancellationToken);
            var amounts = new LotAmounts(new StockReckoning(store, records, catalog.Current, plant), item);
            foreach (var part in of)
            {
                foreach (var amount in await amounts.OfAsync(part, types[part.Event], cancellationToken))
                {
                    book.Add(item, names, types[part.Event].Type, places.GetValueOrDefault(part.Event), amount);
                }
            }
        }
        return true;
    }

    /// <summary>The places that events brought something to.</summary>
    private async ValueTask<Dictionary<long, long>> PlacesAsync(
        Dictionary<long, ItemEvent> events,
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

    /// <summary>
    /// Adds what was on the carriers moved, shipped, received or covered; false where it is too much. Of a carrier that
    /// is covered its goods are planned, and it is not.
    /// </summary>
    private async ValueTask<bool> AddContentsAsync(
        List<EventPart> parts,
        Dictionary<long, ItemEvent> events,
        long number,
        CancellationToken cancellationToken
    )
    {
        var moved = parts.FindAll(p => s_carried.Contains(events[p.Event].Type));
        var contents = new CarrierContents(store, catalog.Current, number, MaxItems);
        if (!await contents.ReadAsync(moved.Select(static p => p.Item).ToHashSet(), cancellationToken))
        {
            return false;
        }
        var emptied = new HashSet<(long, long)>();
        foreach (var part in moved)
        {
            var links = await contents.AtAsync(part.Item, events[part.Event].Time, cancellationToken);
            if (links.Count > 0 && events[part.Event].Type == EventType.Cover)
            {
                emptied.Add((part.Event, part.Item));
                emptied.UnionWith(links.Select(link => (part.Event, link.Near)));
            }
            foreach (var link in links)
            {
                parts.Add(part with { Item = link.Far, Quantity = link.FarQuantity, Unit = link.FarUnit });
            }
            if (parts.Count > MaxItems)
            {
                return false;
            }
        }
        parts.RemoveAll(part => emptied.Contains((part.Event, part.Item)));
        return true;
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

    private static Error TooLarge() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"More than {MaxEvents:N0} events or {MaxItems:N0} items are of this order.",
            $"该订单的事件超过 {MaxEvents} 个，或标识超过 {MaxItems} 个。",
            "id"
        );
}
