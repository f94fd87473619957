using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Sql;

/// <summary>Events off the hot path, for both engines. Writes and links are each engine's own.</summary>
internal abstract class EventStore(ISqlEngine engine) : IEventStore, IEventUpkeep
{
    private const int HealedAtOnce = 1_000;

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
    public abstract ValueTask<IReadOnlyList<EventPart>> MembersAsync(
        IReadOnlyList<long> events,
        IReadOnlyList<MemberRole> roles,
        CancellationToken cancellationToken
    );

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
    public abstract Task<IReadOnlyList<long>> SpreadAsync(
        long hold,
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public Task EndSpreadAsync(long hold, CancellationToken cancellationToken) =>
        engine.WriteAsync(
            "end spread",
            session => session.ExecuteAsync(SharedEventStatements.EndSpread, new { hold }),
            cancellationToken
        );

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<long>> UnregisteredAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public Task<bool> HealAsync(long number, long record, CancellationToken cancellationToken) =>
        engine.WriteAsync("heal items", session => HealAsync(session, number, record), cancellationToken);

    /// <inheritdoc/>
    public abstract Task<StoredEvent?> EraseAsync(EventErasure erasure, CancellationToken cancellationToken);

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
        await session.ExecuteAsync(SharedEventStatements.SpreadHolds, items);
        await session.ExecuteAsync(SharedEventStatements.OwnHolds, items);
        if (await session.ExecuteAsync(SharedEventStatements.MoveHolds, items) > 0)
        {
            await session.ExecuteAsync(SharedEventStatements.CountHolds);
        }
        await session.ExecuteAsync(SharedEventStatements.DropHolds, items);
        await session.ExecuteAsync(SharedEventStatements.DropUnregistered, items);
        return true;
    }

    /// <summary>The parts of an item in the order of the port: the latest first.</summary>
    protected static int CompareLatestFirst(ItemEvent a, ItemEvent b) =>
        a.Time != b.Time ? b.Time.CompareTo(a.Time) : b.Event.CompareTo(a.Event);
}
