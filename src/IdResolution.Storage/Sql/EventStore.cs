using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Sql;

/// <summary>Events off the hot path, for both engines. Writes and links are each engine's own.</summary>
internal abstract class EventStore(ISqlEngine engine) : IEventStore, IEventUpkeep
{
    private const int HealedAtOnce = 1_000;
    private const int DroppedAtOnce = 1_000;

    /// <inheritdoc/>
    public abstract Task<IReadOnlyList<EventWriteResult>> WriteAsync(
        IReadOnlyList<EventWrite> writes,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<StoredEvent?> FindAsync(long objectNumber, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<StoredEvent?>> FindByIdentityAsync(
        IReadOnlyList<byte[]> identities,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public ValueTask<StatePage<StoredEvent>> ListAsync(EventQuery query, CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "list events",
            session => new EventList(session, engine.Dialect, query).ReadAsync(),
            cancellationToken,
            isHeavy: true
        );

    /// <inheritdoc/>
    public ValueTask<long> HeadAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync("read head", session => session.ScalarAsync<long>(Statements.Head), cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<long>> NumbersAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<ItemTemplate>> TemplatesAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<TraceItem>> ItemsAsync(
        IReadOnlyList<long> numbers,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<LinkPosition> LinksAsync(
        LinkQuery query,
        List<EventLink> into,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<ItemEvent>> PartsAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyCollection<PartSum>> SumAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        long until,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<IReadOnlyList<ItemEvent>>> PartsOfAsync(
        IReadOnlyList<long> items,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<StoredEvent>> FindAllAsync(
        IReadOnlyList<long> objectNumbers,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<EventPart>> MembersAsync(
        IReadOnlyList<long> events,
        IReadOnlyList<MemberRole> roles,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract ValueTask<ItemSituation> SituationAsync(long item, int most, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<ItemHold>> HoldsAsync(
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> SpreadingAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "read spreading holds",
            session => session.ReadAsync(SharedEventStatements.Spreading, null, static row => row.GetInt64(0)),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<HoldSpread?> FindSpreadAsync(long hold, CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "find spread",
            async session =>
            {
                var found = await session.ReadAsync(
                    SharedEventStatements.FindSpread,
                    new { hold },
                    static row => (Asked: row.GetInt64(0), Floor: row.GetInt64(1))
                );
                if (found.Count == 0)
                {
                    return null;
                }
                var items = await session.ReadAsync(
                    SharedEventStatements.ItemsInForce,
                    new { hold },
                    static row => row.GetInt64(0)
                );
                return new HoldSpread(hold, found[0].Asked, found[0].Floor, items);
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public abstract Task<IReadOnlyList<long>> SpreadAsync(
        HoldSpread spread,
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public async Task EndSpreadAsync(HoldSpread spread, CancellationToken cancellationToken)
    {
        // Until none is found: an event may have handed it on from one that was not dropped yet.
        while (
            await engine.WriteAsync("end spread", session => DropNotReachedAsync(session, spread), cancellationToken)
        )
        {
            // The next page.
        }
        await engine.WriteAsync(
            "end spread",
            session =>
                session.ExecuteAsync(SharedEventStatements.EndSpread, new { hold = spread.Hold, asked = spread.Asked }),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<(long Record, long Number)>> BeforeAsync(
        IReadOnlyList<long> records,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public Task<bool> HealAsync(long number, long record, CancellationToken cancellationToken) =>
        engine.WriteAsync("heal items", session => HealAsync(session, number, record), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<HoldCounts> CountHoldsAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "count holds",
            static async session => new HoldCounts(
                await session.ScalarAsync<long>(SharedEventStatements.CountInForce),
                await session.ScalarAsync<long>(SharedEventStatements.CountSpreading)
            ),
            cancellationToken,
            isHeavy: true
        );

    /// <inheritdoc/>
    public abstract Task<StoredEvent?> EraseAsync(EventErasure erasure, CancellationToken cancellationToken);

    /// <summary>Takes a hold from a page of what its spread did not reach. False if there was nothing.</summary>
    private async Task<bool> DropNotReachedAsync(SqlSession session, HoldSpread spread)
    {
        // It may not have put the hold on all that it came to. The next one has, when it ends.
        var asked = new { hold = spread.Hold, asked = spread.Asked };
        if (await session.ScalarAsync<long>(SharedEventStatements.IsLastAsked, asked) == 0)
        {
            return false;
        }
        var rows = await session.ReadAsync(
            SharedEventStatements.NotReached + engine.Dialect.Limit,
            new
            {
                hold = spread.Hold,
                floor = spread.Floor,
                limit = DroppedAtOnce,
            },
            static row => (Mark: row.GetInt64(0), Item: row.GetInt64(1))
        );
        var own = await session.ExecuteAsync(
            SharedEventStatements.UnmarkNotReached,
            new { hold = spread.Hold, floor = spread.Floor }
        );
        if (rows.Count == 0 && own == 0)
        {
            return false;
        }
        if (rows.Count > 0)
        {
            var (mark, item) = rows[^1];
            await session.ExecuteAsync(
                SharedEventStatements.DropNotReached,
                new
                {
                    hold = spread.Hold,
                    mark,
                    item,
                }
            );
        }
        await engine.LockLogAsync(session);
        await session.ExecuteAsync(SharedEventStatements.CountHolds);
        return true;
    }

    private async Task<bool> HealAsync(SqlSession session, long number, long record)
    {
        await engine.LockLogAsync(session);
        var parts = await session.ReadAsync(
            SharedEventStatements.PartsOfItem + engine.Dialect.Limit,
            new { number, limit = HealedAtOnce },
            static row => (Role: row.GetInt64(0), Time: row.GetInt64(1), Event: row.GetInt64(2))
        );
        if (parts.Count > 0)
        {
            var (role, time, last) = parts.Last(p => p.Role == parts[0].Role);
            await session.ExecuteAsync(
                SharedEventStatements.MoveParts,
                new
                {
                    record,
                    number,
                    role,
                    time,
                    @event = last,
                }
            );
            return false;
        }
        var items = new { record, number };
        await session.ExecuteAsync(SharedEventStatements.OwnHolds, items);
        await session.ExecuteAsync(SharedEventStatements.MarkHolds, items);
        await session.ExecuteAsync(SharedEventStatements.MoveHolds, items);
        await session.ExecuteAsync(SharedEventStatements.ClearHolds, items);
        await session.ExecuteAsync(SharedEventStatements.RenewMovedItems, items);
        await session.ExecuteAsync(SharedEventStatements.RenewMovedHolds, items);
        if (await session.ExecuteAsync(SharedEventStatements.DropHolds, items) > 0)
        {
            await session.ExecuteAsync(SharedEventStatements.CountHolds);
        }
        await session.ExecuteAsync(SharedEventStatements.DropUnregistered, items);
        return true;
    }

    /// <summary>The parts of an item in the order of the port: the latest first.</summary>
    protected static int CompareLatestFirst(ItemEvent a, ItemEvent b) =>
        a.Time != b.Time ? b.Time.CompareTo(a.Time) : b.Event.CompareTo(a.Event);
}
