namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>
/// One of the two stores of a copy. Values in rows are <see cref="long"/>, <see cref="string"/>, byte arrays or null.
/// Used by one task at a time.
/// </summary>
internal interface ICopyStore : IAsyncDisposable
{
    /// <summary>The store's name for messages, without secrets.</summary>
    string Name { get; }

    /// <summary>The number of rows of a table to copy.</summary>
    Task<long> CountAsync(CopyTable table, CancellationToken cancellationToken);

    /// <summary>Reads the rows of a table in the order of their key; after a key, if one is given.</summary>
    IAsyncEnumerable<object?[]> ReadAsync(CopyTable table, object?[]? after, CancellationToken cancellationToken);

    /// <summary>Writes rows and the mark of the last row, in one transaction.</summary>
    Task WriteAsync(
        CopyTable table,
        IReadOnlyList<object?[]> rows,
        string mark,
        string value,
        CancellationToken cancellationToken
    );

    /// <summary>The value of a setting; null if there is none.</summary>
    Task<string?> FindSettingAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Marks an empty store as the target of a copy. Removes the counters of the empty log and sets the mark, in one
    /// transaction.
    /// </summary>
    Task BeginAsync(string mark, string value, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the marks of the copy. From then on a node may start, and takes no writes before the next log begins.
    /// </summary>
    /// <param name="log">The number of the log that the store must leave, as text.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task FinishAsync(string log, CancellationToken cancellationToken);
}
