using IdResolution.Core.Events;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>Events in the embedded store: read with prepared statements, written in group commits.</summary>
internal sealed class SqliteEventStore(SqliteEngine engine) : EventStore(engine)
{
    private static readonly Comparer<EventPart> s_byRow = Comparer<EventPart>.Create(
        static (a, b) => a.Row.CompareTo(b.Row)
    );

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<EventWriteResult>> WriteAsync(
        IReadOnlyList<EventWrite> writes,
        CancellationToken cancellationToken
    )
    {
        if (writes.Count == 0)
        {
            return [];
        }
        cancellationToken.ThrowIfCancellationRequested();
        using var operation = engine.Telemetry.Begin("write events", writes.Count);
        var batch = new WriteBatch<EventWriteResult>(writes.Count);
        var jobs = new WriteJob[writes.Count];
        for (var i = 0; i < jobs.Length; i++)
        {
            jobs[i] = new EventJob(writes[i], batch, i);
        }
        engine.Writer.Enqueue(jobs);
        var results = await batch.Task;
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Error is { } error)
            {
                operation?.Fail(error.Code.ToString());
                break;
            }
        }
        return results;
    }

    /// <inheritdoc/>
    public override ValueTask<StoredEvent?> FindAsync(long objectNumber, CancellationToken cancellationToken) =>
        new(
            engine.Readers.Read(
                "find event",
                objectNumber,
                static (reading, objectNumber) => reading.Events.Find(objectNumber)
            )
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<StoredEvent?>> FindByIdentityAsync(
        IReadOnlyList<byte[]> identities,
        CancellationToken cancellationToken
    ) =>
        Each<byte[], StoredEvent?>(
            "find events",
            identities,
            static (events, identity, found) => found.Add(events.Find(identity))
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<long>> NumbersAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    ) => Each<ItemKey, long>("find items", keys, static (events, key, found) => found.Add(events.NumberOf(key)));

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<ItemTemplate>> TemplatesAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    ) =>
        Each<ItemKey, ItemTemplate>(
            "find templates",
            keys,
            static (events, key, found) => found.Add(events.TemplateOf(key))
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<TraceItem>> ItemsAsync(
        IReadOnlyList<long> numbers,
        CancellationToken cancellationToken
    ) =>
        new(
            engine.Readers.ReadTogether(
                "read items",
                numbers.Count,
                numbers,
                static (reading, numbers) =>
                {
                    var items = new List<TraceItem>(numbers.Count);
                    reading.Events.AddItems(numbers, items);
                    return items;
                }
            )
        );

    /// <inheritdoc/>
    public override ValueTask<LinkPosition> LinksAsync(
        LinkQuery query,
        List<EventLink> into,
        CancellationToken cancellationToken
    ) =>
        new(
            engine.Readers.ReadTogether(
                "read links",
                query.Items.Count,
                (query, into),
                static (reading, call) => reading.Events.AddLinks(call.query, call.into)
            )
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<ItemEvent>> PartsAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    ) =>
        new(
            engine.Readers.ReadTogether(
                "read parts",
                roles.Count,
                (item, roles, number, limit),
                static (reading, call) =>
                {
                    var parts = new List<ItemEvent>();
                    for (var i = 0; i < call.roles.Count; i++)
                    {
                        reading.Events.AddParts(call.item, call.roles[i], call.number, call.limit, parts);
                    }
                    parts.Sort(CompareLatestFirst);
                    return parts;
                }
            )
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<PartSum>> SumAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        long until,
        CancellationToken cancellationToken
    ) =>
        new(
            engine.Readers.ReadTogether(
                "sum parts",
                roles.Count,
                (item, roles, number, until),
                static (reading, call) =>
                {
                    var sums = new PartSums();
                    for (var i = 0; i < call.roles.Count; i++)
                    {
                        reading.Events.AddQuantities(call.item, call.roles[i], call.number, call.until, sums);
                    }
                    return sums.All;
                }
            )
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<IReadOnlyList<ItemEvent>>> PartsOfAsync(
        IReadOnlyList<long> items,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    ) =>
        Each<long, IReadOnlyList<ItemEvent>>(
            "read parts",
            items,
            (events, item, found) =>
            {
                var parts = new List<ItemEvent>();
                for (var i = 0; i < roles.Count; i++)
                {
                    events.AddParts(item, roles[i], number, limit, parts);
                }
                parts.Sort(CompareLatestFirst);
                found.Add(parts);
            }
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<StoredEvent>> FindAllAsync(
        IReadOnlyList<long> objectNumbers,
        CancellationToken cancellationToken
    ) =>
        Each<long, StoredEvent>(
            "find events",
            objectNumbers,
            static (events, number, found) =>
            {
                if (events.Find(number) is { } one)
                {
                    found.Add(one);
                }
            }
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<EventPart>> MembersAsync(
        IReadOnlyList<long> events,
        IReadOnlyList<MemberRole> roles,
        CancellationToken cancellationToken
    ) =>
        new(
            engine.Readers.ReadTogether(
                "read members",
                events.Count * roles.Count,
                (events, roles),
                static (reading, call) =>
                {
                    var parts = new List<EventPart>();
                    for (var i = 0; i < call.events.Count; i++)
                    {
                        var first = parts.Count;
                        for (var k = 0; k < call.roles.Count; k++)
                        {
                            reading.Events.AddMembers(call.events[i], call.roles[k], parts);
                        }
                        parts.Sort(first, parts.Count - first, s_byRow);
                    }
                    return parts;
                }
            )
        );

    /// <inheritdoc/>
    public override ValueTask<ItemSituation> SituationAsync(long item, int most, CancellationToken cancellationToken) =>
        new(
            engine.Readers.ReadTogether(
                "read situation",
                1,
                (item, most),
                static (reading, call) => reading.Events.Situation(call.item, call.most)
            )
        );

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<ItemHold>> HoldsAsync(
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    ) => Each<long, ItemHold>("read holds", items, static (events, item, found) => events.AddHolds(item, found));

    /// <inheritdoc/>
    public override Task<IReadOnlyList<long>> SpreadAsync(
        HoldSpread spread,
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    ) => engine.Writer.RunAsync<IReadOnlyList<long>>("spread hold", session => Spread(session.Events, spread, items));

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<(long Record, long Number)>> BeforeAsync(
        IReadOnlyList<long> records,
        CancellationToken cancellationToken
    ) =>
        Each<long, (long Record, long Number)>(
            "find unregistered items",
            records,
            static (events, record, found) => events.AddBefore(record, found)
        );

    /// <inheritdoc/>
    public override async Task<StoredEvent?> EraseAsync(EventErasure erasure, CancellationToken cancellationToken)
    {
        if (!await engine.Writer.RunAsync("erase event", session => EventErasing.Run(session, erasure)))
        {
            return null;
        }
        engine.FlushErased();
        return await FindAsync(erasure.Object, cancellationToken);
    }

    private static List<long> Spread(EventStatements statements, HoldSpread spread, IReadOnlyList<long> items)
    {
        var held = new List<long>();
        if (statements.IsInForce.Bind(1, spread.Hold).Bind(2, spread.Floor).Number() == 0)
        {
            return held;
        }
        var isHealed = false;
        foreach (var item in items)
        {
            if (statements.IsItem.Bind(1, item).Number() == 0)
            {
                isHealed = true;
            }
            else if (statements.HoldItem.Bind(1, item).Bind(2, spread.Hold).Bind(3, spread.Floor).Change() > 0)
            {
                held.Add(item);
            }
        }
        if (isHealed)
        {
            statements.SpreadHold.Bind(1, spread.Hold).Run();
        }
        return held;
    }

    private ValueTask<IReadOnlyList<TOut>> Each<TIn, TOut>(
        string name,
        IReadOnlyList<TIn> all,
        Action<EventReading, TIn, List<TOut>> add
    ) =>
        new(
            engine.Readers.ReadTogether(
                name,
                all.Count,
                (all, add),
                static (reading, call) =>
                {
                    var found = new List<TOut>(call.all.Count);
                    for (var i = 0; i < call.all.Count; i++)
                    {
                        call.add(reading.Events, call.all[i], found);
                    }
                    return found;
                }
            )
        );
}
