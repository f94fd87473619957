using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Storage.Sql;

/// <summary>
/// One of the two database engines. Ports that are written once for both engines use it; it hides the differences.
/// Thread-safe; disposing finishes queued writes.
/// </summary>
internal interface ISqlEngine : IDisposable
{
    /// <summary>The parts in which this engine differs when it runs the shared SQL.</summary>
    ISqlDialect Dialect { get; }

    /// <summary>The number of writes that wait for a group commit.</summary>
    int QueueDepth { get; }

    /// <summary>True while the read replica does not answer; false without a replica.</summary>
    bool IsReplicaAway { get; }

    /// <summary>
    /// Called after each commit to the log and before the commit is acknowledged, with its first and last sequence
    /// number and its keys.
    /// </summary>
    Action<long, long, IReadOnlyList<LookupKey>>? Committed { get; set; }

    /// <summary>The error with which all writes are refused; null to take them.</summary>
    Error? Refusal { get; set; }

    /// <summary>
    /// Gives the sequence number of the furthest entry of the log that was seen; 0 for none. A transaction that finds
    /// the log to end before it is refused: the store came back from a backup.
    /// </summary>
    Func<long> Known { get; set; }

    /// <summary>Looks whether the store is still the one that was opened: a file may be moved or replaced.</summary>
    /// <exception cref="StoreException">It is not.</exception>
    void CheckPlace();

    /// <summary>Forgets the numbers that were reserved: the store came back from a backup.</summary>
    void ForgetReserved();

    /// <summary>Called with exceptions whose cause callers are not told. It must not throw.</summary>
    Action<Exception>? Failed { get; set; }

    /// <summary>The time of the store in microseconds since 1970 UTC. All its nodes share it.</summary>
    Task<long> NowAsync(SqlSession session);

    /// <summary>
    /// Within a write: from here on no other transaction appends to the log before this one ends. So nothing that a
    /// group of writes rests on changes meanwhile.
    /// </summary>
    Task LockLogAsync(SqlSession session);

    /// <summary>Runs a read.</summary>
    /// <param name="name">Its name in telemetry.</param>
    /// <param name="read">The read; it may run more than once.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="isHeavy">True if the read may take long even on a healthy server.</param>
    /// <exception cref="Core.Errors.StoreException">The store does not answer.</exception>
    ValueTask<T> ReadAsync<T>(
        string name,
        Func<SqlSession, Task<T>> read,
        CancellationToken cancellationToken,
        bool isHeavy = false
    );

    /// <summary>Runs a write in one transaction: all of it is committed, or nothing.</summary>
    /// <param name="name">Its name in telemetry.</param>
    /// <param name="write">The write; it may run more than once, but only one run is committed.</param>
    /// <param name="cancellationToken">Cancels the wait; a write that has started may still be committed.</param>
    /// <param name="isRepeatable">
    /// False if the write must not be committed twice. It then fails if the answer to a commit was lost.
    /// </param>
    /// <exception cref="Core.Errors.StoreException">The store does not answer, or refuses.</exception>
    Task<T> WriteAsync<T>(
        string name,
        Func<SqlSession, Task<T>> write,
        CancellationToken cancellationToken,
        bool isRepeatable = true
    );
}
