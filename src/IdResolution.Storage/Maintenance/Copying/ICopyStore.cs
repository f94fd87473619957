namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>
/// One of the two stores of a copy. Values of rows are <see cref="long"/>, <see cref="string"/>, bytes or null. Used by
/// one task at a time.
/// </summary>
internal interface ICopyStore : IAsyncDisposable
{
    /// <summary>What operators call it; holds no secret.</summary>
    string Name { get; }

    /// <summary>How many rows of a table are copied.</summary>
    Task<long> CountAsync(CopyTable table, CancellationToken cancellationToken);

    /// <summary>The rows of a table in order of its key, after the row of that key.</summary>
    IAsyncEnumerable<object?[]> ReadAsync(CopyTable table, object?[]? after, CancellationToken cancellationToken);

    /// <summary>Writes rows, and a mark of how far it came, in one transaction.</summary>
    Task WriteAsync(
        CopyTable table,
        IReadOnlyList<object?[]> rows,
        string mark,
        string value,
        CancellationToken cancellationToken
    );

    /// <summary>A setting, or null.</summary>
    Task<string?> FindSettingAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Marks an empty store as the target of a copy: takes the counters of an empty log out and sets the mark, in one
    /// transaction.
    /// </summary>
    Task BeginAsync(string mark, string value, CancellationToken cancellationToken);

    /// <summary>Takes all marks of the copy out, and gives the planner its statistics.</summary>
    Task FinishAsync(CancellationToken cancellationToken);
}
