using IdResolution.Core.Primitives;

namespace IdResolution.Core.Events;

/// <summary>
/// Keeps events and the graph of items that they make. Every write adds an entry to the change log in the same
/// transaction. Thread-safe.
/// </summary>
public interface IEventStore : IGraphReader
{
    /// <summary>
    /// Does the writes in the order given. Each has its own result; a refused one changes nothing and does not affect
    /// the others. One reported as done is on disk. They need not share one transaction.
    /// </summary>
    Task<IReadOnlyList<EventWriteResult>> WriteAsync(
        IReadOnlyList<EventWrite> writes,
        CancellationToken cancellationToken
    );

    /// <summary>Finds an event by its object number; null if there is none.</summary>
    ValueTask<StoredEvent?> FindAsync(long objectNumber, CancellationToken cancellationToken);

    /// <summary>Finds events by what recognises them; null where there is none.</summary>
    ValueTask<IReadOnlyList<StoredEvent?>> FindByIdentityAsync(
        IReadOnlyList<byte[]> identities,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Lists events that match by time, then by object number, at most the limit and the bytes of a page.
    /// </summary>
    ValueTask<StatePage<StoredEvent>> ListAsync(EventQuery query, CancellationToken cancellationToken);

    /// <summary>The log's head: what is read at this number does not change any more.</summary>
    ValueTask<long> HeadAsync(CancellationToken cancellationToken);

    /// <summary>The numbers of items; 0 where something is neither registered nor named by an event.</summary>
    ValueTask<IReadOnlyList<long>> NumbersAsync(IReadOnlyList<ItemKey> keys, CancellationToken cancellationToken);

    /// <summary>The numbers of items with the templates of their records.</summary>
    ValueTask<IReadOnlyList<ItemTemplate>> TemplatesAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Reads links of items and adds them to a list: in the order of the items, and for each by its part in the events,
    /// by time, by event, and by the rows. Returns where to go on; <see cref="LinkPosition.Item"/> is the number of
    /// items once all are read.
    /// </summary>
    ValueTask<LinkPosition> LinksAsync(LinkQuery query, List<EventLink> into, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the parts of items in some roles: a list for each item, in their order, as
    /// <see cref="IGraphReader.PartsAsync"/>.
    /// </summary>
    async ValueTask<IReadOnlyList<IReadOnlyList<ItemEvent>>> PartsOfAsync(
        IReadOnlyList<long> items,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var parts = new IReadOnlyList<ItemEvent>[items.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = await PartsAsync(items[i], roles, number, limit, cancellationToken);
        }
        return parts;
    }

    /// <summary>
    /// Sums up how much of an item events name in some roles that count at a log number, up to a time: by role, unit
    /// and, of what was put into something or taken out, its template.
    /// </summary>
    ValueTask<IReadOnlyCollection<PartSum>> SumAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        long until,
        CancellationToken cancellationToken
    );

    /// <summary>Finds events by their object numbers, in their order; one that is not there is left out.</summary>
    async ValueTask<IReadOnlyList<StoredEvent>> FindAllAsync(
        IReadOnlyList<long> objectNumbers,
        CancellationToken cancellationToken
    )
    {
        var found = new List<StoredEvent>(objectNumbers.Count);
        for (var i = 0; i < objectNumbers.Count; i++)
        {
            if (await FindAsync(objectNumbers[i], cancellationToken) is { } one)
            {
                found.Add(one);
            }
        }
        return found;
    }

    /// <summary>
    /// Whether an item is held, and in which roles it stands in events that count: in one read, for scans.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="most">The most events to read the roles of.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<ItemSituation> SituationAsync(long item, int most, CancellationToken cancellationToken);

    /// <summary>The holds in force on items.</summary>
    ValueTask<IReadOnlyList<ItemHold>> HoldsAsync(IReadOnlyList<long> items, CancellationToken cancellationToken);

    /// <summary>
    /// The holds that did not reach everything made from their items yet, by their events' object numbers.
    /// </summary>
    ValueTask<IReadOnlyList<long>> SpreadingAsync(CancellationToken cancellationToken);

    /// <summary>What is needed to spread a hold; null if it reached everything, or is over.</summary>
    ValueTask<HoldSpread?> FindSpreadAsync(long hold, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a hold on items in one transaction, and returns those of them that this spread had not reached. A hold that
    /// ended, or was computed anew since the spread began, is put on nothing. A number that is no item's any more is
    /// left out, and the hold asked to go on anew: the item was registered meanwhile and has another number.
    /// </summary>
    Task<IReadOnlyList<long>> SpreadAsync(
        HoldSpread spread,
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Ends a spread that reached everything: the hold is taken from what it did not reach, and goes on no more.
    /// Nothing is done if it was asked to go on since the spread began.
    /// </summary>
    Task EndSpreadAsync(HoldSpread spread, CancellationToken cancellationToken);
}
