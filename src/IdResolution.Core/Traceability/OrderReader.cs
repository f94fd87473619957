using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Reads what events say of an order that they name among their documents. Needs role reader and a caller of the whole
/// node. Thread-safe.
/// </summary>
public sealed class OrderReader(IEventStore store, IRecordStore records, CatalogHolder catalog)
{
    /// <summary>The most events that name an order.</summary>
    public const int MaxEvents = 10_000;

    /// <summary>The most items that these events name.</summary>
    public const int MaxItems = 100_000;

    private const int EventsAtOnce = 256;

    private static readonly MemberRole[] s_order = [MemberRole.Covering, MemberRole.Document];
    private static readonly MemberRole[] s_items = [MemberRole.Covered, MemberRole.Item];

    private static readonly EventType[] s_carried =
    [
        EventType.Move,
        EventType.Ship,
        EventType.Receive,
        EventType.Cover,
    ];

    /// <summary>
    /// The numbers of the items of an order: of what was shipped; where nothing was, of what was received, else picked,
    /// else covered. Each once, in an order that does not change, and what was on a carrier behind it.
    /// </summary>
    public async ValueTask<Result<long[]>> ItemsAsync(
        ItemName order,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (!(await ReadAsync(order, caller, MaxEvents, cancellationToken)).TryGet(out var parts, out var error))
        {
            // Whoever asks for the items calls it the order.
            return error.Field is null ? error : error with { Field = "order" };
        }
        var items = parts.Items();
        return items.Length > 0
            ? items
            : Error.Of(
                ErrorCode.NotFound,
                $"No event says what {order} ships, receives, moves or covers.",
                $"没有事件说明 {order} 发出、收到、移动或涵盖了什么。",
                "order"
            );
    }

    /// <summary>What events say of an order.</summary>
    internal async ValueTask<Result<OrderParts>> ReadAsync(
        ItemName order,
        Caller caller,
        int mostEvents,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var number = await store.HeadAsync(cancellationToken);
        var record =
            order.Identifier is { } identifier && catalog.Current.IsHomed(identifier)
                ? (await records.FindAsync(identifier.Key, cancellationToken)).Record
                : null;
        if (record is null)
        {
            return await TraceErrors.NoItemAsync(order, catalog.Current, records, cancellationToken);
        }
        var bounds = new Bounds(mostEvents, MaxItems, IsPlanAlone: false);
        return await PartsAsync(record, number, bounds, cancellationToken) is { } parts ? parts : TooLarge();
    }

    /// <summary>
    /// What events say that an order covers, for a caller who was let in before; null where it is too much to be read
    /// for a scan.
    /// </summary>
    internal async ValueTask<OrderParts?> CoveredAsync(
        StoredRecord order,
        int mostEvents,
        CancellationToken cancellationToken
    ) =>
        await PartsAsync(
            order,
            await store.HeadAsync(cancellationToken),
            new Bounds(mostEvents, CarrierLoad.MaxItems, IsPlanAlone: true),
            cancellationToken
        );

    /// <summary>What events say of an order at a log number; null where it is too much.</summary>
    private async ValueTask<OrderParts?> PartsAsync(
        StoredRecord record,
        long number,
        Bounds bounds,
        CancellationToken cancellationToken
    )
    {
        var found = await store.PartsAsync(record.Object, s_order, number, bounds.Events + 1, cancellationToken);
        if (found.Count > bounds.Events)
        {
            return null;
        }
        var events = found
            .Where(e => !bounds.IsPlanAlone || e.Type == EventType.Cover)
            .DistinctBy(static e => e.Event)
            .ToDictionary(static e => e.Event);
        var parts = new List<EventPart>();
        foreach (var some in events.Keys.Chunk(EventsAtOnce))
        {
            parts.AddRange(await store.MembersAsync(some, s_items, cancellationToken));
            if (parts.Count > bounds.Items)
            {
                return null;
            }
        }
        var said = new OrderParts(record, number, events, parts);
        return await AddContentsAsync(parts, said, bounds.Items, cancellationToken) ? said : null;
    }

    /// <summary>
    /// Adds what was on the carriers moved, shipped, received or covered; false where it is too much. Of a carrier that
    /// is covered its goods are planned, and it is not.
    /// </summary>
    private async ValueTask<bool> AddContentsAsync(
        List<EventPart> parts,
        OrderParts said,
        int most,
        CancellationToken cancellationToken
    )
    {
        var events = said.Events;
        var moved = parts.FindAll(p => s_carried.Contains(events[p.Event].Type));
        var contents = new CarrierContents(store, catalog.Current, said.Number, most);
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
            if (parts.Count > most)
            {
                return false;
            }
        }
        parts.RemoveAll(part => emptied.Contains((part.Event, part.Item)));
        return true;
    }

    private static Error TooLarge() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"More than {MaxEvents:N0} events or {MaxItems:N0} items are of this order.",
            $"该订单的事件超过 {MaxEvents} 个，或标识超过 {MaxItems} 个。",
            "identifier"
        );

    /// <summary>How much is read, and whether only what is planned.</summary>
    private readonly record struct Bounds(int Events, int Items, bool IsPlanAlone);
}
