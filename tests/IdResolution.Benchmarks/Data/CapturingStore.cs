using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Benchmarks.Data;

/// <summary>Keeps what the core would have written, so that the baseline writes the very same rows.</summary>
internal sealed class CapturingStore : IRecordStore
{
    public List<RecordWrite> Writes { get; } = [];

    public ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken) => default;

    public ValueTask<IReadOnlyList<StoredRecord?>> FindByKeysAsync(
        IReadOnlyList<SideRow> keys,
        CancellationToken cancellationToken
    ) => new(new StoredRecord?[keys.Count]);

    public Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
        IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken
    )
    {
        Writes.AddRange(writes);
        return Task.FromResult<IReadOnlyList<RecordWriteResult>>([
            .. writes.Select(w => new RecordWriteResult(WriteOutcome.Created, ToRecord(w))),
        ]);
    }

    public ValueTask<StatePage<RecordVersion>> HistoryAsync(
        long objectNumber,
        long before,
        int limit,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<StatePage<StoredRecord>> SearchAsync(RecordQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<ListedIdentifier>> ListAsync(
        LookupKey beginning,
        LookupKey? after,
        int limit,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<long> CountAsync(LookupKey beginning, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<long?> NewestAsync(LookupKey beginning, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private static StoredRecord ToRecord(RecordWrite write) =>
        new()
        {
            Object = 1,
            Key = write.Key,
            Version = 1,
            Sequence = 1,
            Status = RecordStatus.Active,
            Digest = write.Digest,
            CreatedAt = write.Time,
            UpdatedAt = write.Time,
            State = write.State,
        };
}
