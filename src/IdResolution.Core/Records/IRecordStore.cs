using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>Keeps records. Every write is an entry of the change log, in the same transaction. Thread-safe.</summary>
public interface IRecordStore
{
    /// <summary>
    /// The record of a key, tombstones included, and the log's head as read in the same snapshot or earlier.
    /// </summary>
    ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="FindAsync"/>, for those who only look: from a replica where there is one that holds what the node
    /// has seen of the key.
    /// </summary>
    /// <param name="key">The folded key.</param>
    /// <param name="seen">The answer is read at this sequence number or later.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<RecordLookup> ResolveAsync(LookupKey key, long seen, CancellationToken cancellationToken) =>
        FindAsync(key, cancellationToken);

    /// <summary>The record bound to a business key, tombstones included, or null.</summary>
    ValueTask<StoredRecord?> FindByBusinessKeyAsync(
        string source,
        string sourceKey,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Does each write in the order given, each with its own result; one that is refused changes nothing and never
    /// fails its neighbours. A write reported as done is on disk; one that the store failed is
    /// <see cref="WriteOutcome.Failed"/> and not written. The writes need not be one transaction.
    /// </summary>
    Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
        IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Versions of an object, newest first, at most <paramref name="limit"/>, below version <paramref name="before"/>
    /// (0: all).
    /// </summary>
    ValueTask<IReadOnlyList<RecordVersion>> HistoryAsync(
        long objectNumber,
        long before,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Active records that match, in order of object number, keyset-paged.</summary>
    ValueTask<IReadOnlyList<StoredRecord>> SearchAsync(RecordQuery query, CancellationToken cancellationToken);

    /// <summary>Active records whose keys begin so, in the order of their keys as bytes, keyset-paged.</summary>
    /// <param name="beginning">
    /// Such as <c>88.300.1/</c>, folded, not empty; what has this key itself is not listed.
    /// </param>
    /// <param name="after">The last key seen; null begins.</param>
    /// <param name="limit">1 and up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<ListedIdentifier>> ListAsync(
        LookupKey beginning,
        LookupKey? after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>How many <see cref="ListAsync"/> lists in all; takes time in proportion to their number.</summary>
    ValueTask<long> CountAsync(LookupKey beginning, CancellationToken cancellationToken);
}
