using IdResolution.Core.Identifiers;

namespace IdResolution.Storage.Sql;

/// <summary>
/// One of the two database engines, as the ports use it that are written once for both: what differs is in here.
/// Thread-safe; disposing finishes what is queued.
/// </summary>
internal interface ISqlEngine : IDisposable
{
    /// <summary>How it is told what both engines are told in one SQL.</summary>
    ISqlDialect Dialect { get; }

    /// <summary>Writes waiting for their group.</summary>
    int QueueDepth { get; }

    /// <summary>True while the read replica, where there is one, does not answer.</summary>
    bool IsReplicaAway { get; }

    /// <summary>
    /// Called with first and last sequence number and keys after each commit to the log, before it is acknowledged.
    /// </summary>
    Action<long, long, IReadOnlyList<LookupKey>>? Committed { get; set; }

    /// <summary>Called with what failed and could not be told a caller precisely. Must not throw.</summary>
    Action<Exception>? Failed { get; set; }

    /// <summary>The store's own time in microseconds since 1970 UTC, which all its nodes share.</summary>
    Task<long> NowAsync(SqlSession session);

    /// <summary>Reads.</summary>
    /// <param name="name">What it is called in telemetry.</param>
    /// <param name="read">It may run more than once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isHeavy">True for what may take long on a server in good health.</param>
    /// <exception cref="Core.Errors.StoreException">The store does not answer.</exception>
    ValueTask<T> ReadAsync<T>(
        string name,
        Func<SqlSession, Task<T>> read,
        CancellationToken cancellationToken,
        bool isHeavy = false
    );

    /// <summary>Writes in one transaction: all of it or nothing.</summary>
    /// <param name="name">What it is called in telemetry.</param>
    /// <param name="write">It may run more than once: only what is committed counts.</param>
    /// <param name="cancellationToken">Ends the wait; what is under way may still be committed.</param>
    /// <param name="isRepeatable">
    /// False where it must not be committed twice: it then fails where an answer was lost on the way.
    /// </param>
    /// <exception cref="Core.Errors.StoreException">The store does not answer, or refuses.</exception>
    Task<T> WriteAsync<T>(
        string name,
        Func<SqlSession, Task<T>> write,
        CancellationToken cancellationToken,
        bool isRepeatable = true
    );
}
