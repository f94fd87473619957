using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
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
    CatalogHolder catalog
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
        return new Fulfilment(ruled.Identifier, ruled.TemplateCode, book.Lines(), number);
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
        foreach (var (item, of) in items.Values.GroupJoin(parts, i => i.Number, p => p.Item, (i, p) => (i, p)))
        {
            var names = await NamesAsync(item, book.HasLines, cancellationToken);
            foreach (var part in of)
            {
                book.Add(item, names, types[part.Event].Type, part);
            }
        }
        return true;
    }

    /// <summary>Adds what was on the carriers moved, shipped or received; false where it is too much.</summary>
    private async ValueTask<bool> AddContentsAsync(
        List<EventPart> parts,
        Dictionary<long, ItemEvent> events,
        long number,
        CancellationToken cancellationToken
    )
    {
        var moved = parts.FindAll(p => events[p.Event].Type is EventType.Move or EventType.Ship or EventType.Receive);
        var contents = new CarrierContents(store, catalog.Current, number, MaxItems);
        if (!await contents.ReadAsync(moved.Select(static p => p.Item).ToHashSet(), cancellationToken))
        {
            return false;
        }
        foreach (var part in moved)
        {
            foreach (var link in await contents.AtAsync(part.Item, events[part.Event].Time, cancellationToken))
            {
                parts.Add(part with { Item = link.Far, Quantity = link.FarQuantity, Unit = link.FarUnit });
            }
            if (parts.Count > MaxItems)
            {
                return false;
            }
        }
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
