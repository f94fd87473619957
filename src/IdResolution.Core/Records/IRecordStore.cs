using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Records;

/// <summary>Keeps records. Every write adds an entry to the change log in the same transaction. Thread-safe.</summary>
public interface IRecordStore
{
    /// <summary>
    /// Finds the record of a key. It may be a tombstone. The log's head is read in the same snapshot or before it.
    /// </summary>
    ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken);

    /// <summary>Finds the records of keys: one for each, in their order; null where there is none.</summary>
    async ValueTask<IReadOnlyList<StoredRecord?>> FindAllAsync(
        IReadOnlyList<LookupKey> keys,
        CancellationToken cancellationToken
    )
    {
        var found = new StoredRecord?[keys.Count];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = (await FindAsync(keys[i], cancellationToken)).Record;
        }
        return found;
    }

    /// <summary>
    /// As <see cref="FindAsync"/>, for callers that only read. A store with a replica may answer from the replica, if
    /// the replica has reached <paramref name="seen"/>.
    /// </summary>
    /// <param name="key">The lookup key of the identifier.</param>
    /// <param name="seen">The answer must include the log up to this sequence number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<RecordLookup> ResolveAsync(LookupKey key, long seen, CancellationToken cancellationToken) =>
        FindAsync(key, cancellationToken);

    /// <summary>Finds the records that have business keys or unique values, tombstones included.</summary>
    /// <param name="keys">
    /// Rows of tables whose keys belong to one record alone (<see cref="SideTable.HasOneHolder"/>). The key counts.
    /// </param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>A record for each row, in order; null where no record has the key.</returns>
    ValueTask<IReadOnlyList<StoredRecord?>> FindByKeysAsync(
        IReadOnlyList<SideRow> keys,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Does the writes in the order given. Each has its own result, and a refused write changes nothing and does not
    /// affect the others. A write reported as done is on disk. A write that the store could not do has
    /// <see cref="WriteOutcome.Failed"/>. The writes need not share one transaction.
    /// </summary>
    Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
        IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Reads versions of a record, newest first, at most <paramref name="limit"/> and the bytes of a page, with a
    /// number below <paramref name="before"/> (0: all).
    /// </summary>
    ValueTask<StatePage<RecordVersion>> HistoryAsync(
        long objectNumber,
        long before,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Finds active records that match, ordered by object number, at most the query's limit and the bytes of a page.
    /// The query holds the cursor.
    /// </summary>
    ValueTask<StatePage<StoredRecord>> SearchAsync(RecordQuery query, CancellationToken cancellationToken);

    /// <summary>Lists active records whose keys begin with a text, ordered by the bytes of the key.</summary>
    /// <param name="beginning">
    /// The text, such as <c>88.300.1/</c>, folded and not empty. A record with exactly this key is not listed.
    /// </param>
    /// <param name="after">The last key of the page before; null for the first page.</param>
    /// <param name="limit">The greatest number of records, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<ListedIdentifier>> ListAsync(
        LookupKey beginning,
        LookupKey? after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Counts what <see cref="ListAsync"/> lists in all. The time grows with the number of records.</summary>
    ValueTask<long> CountAsync(LookupKey beginning, CancellationToken cancellationToken);

    /// <summary>
    /// When the newest of what <see cref="ListAsync"/> lists was made, in microseconds since 1970 UTC; null if there is
    /// none. The time grows with their number.
    /// </summary>
    ValueTask<long?> NewestAsync(LookupKey beginning, CancellationToken cancellationToken);
}
