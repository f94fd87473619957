using IdResolution.Core.Events;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>Events in a SQL Server database.</summary>
internal sealed class SqlServerEventStore(SqlServerEngine engine) : EventStore(engine)
{
    public override Task<IReadOnlyList<EventWriteResult>> WriteAsync(
        IReadOnlyList<EventWrite> writes,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public override ValueTask<StoredEvent?> FindAsync(long objectNumber, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override ValueTask<IReadOnlyList<StoredEvent?>> FindByIdentityAsync(
        IReadOnlyList<byte[]> identities,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public override ValueTask<IReadOnlyList<long>> NumbersAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public override ValueTask<IReadOnlyList<TraceItem>> ItemsAsync(
        IReadOnlyList<long> numbers,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public override ValueTask<LinkPosition> LinksAsync(
        LinkQuery query,
        List<EventLink> into,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public override ValueTask<IReadOnlyList<ItemEvent>> PartsAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public override ValueTask<IReadOnlyList<EventPart>> MembersAsync(
        IReadOnlyList<long> events,
        IReadOnlyList<MemberRole> roles,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public override ValueTask<IReadOnlyList<ItemHold>> HoldsAsync(
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public override Task<IReadOnlyList<long>> SpreadAsync(
        long hold,
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();
}
