namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Keeps the cursors and dead letters of the readers of the log. A reader without a cursor begins at 0, so a new reader
/// needs nothing in the store. Thread-safe.
/// </summary>
public interface ILogReaderStore
{
    /// <summary>The last entry that a reader took or set aside; 0 before the first.</summary>
    ValueTask<long> CursorAsync(string name, CancellationToken cancellationToken);

    /// <summary>The state of all readers that have moved, sorted by name.</summary>
    ValueTask<IReadOnlyList<LogReaderState>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Moves a cursor without other writes. False if the cursor is not at the expected entry or the lease was taken
    /// over, because another node reads now.
    /// </summary>
    Task<bool> MoveAsync(LogMove move, CancellationToken cancellationToken);

    /// <summary>Moves a cursor past an entry and stores the entry as a dead letter, in one transaction.</summary>
    /// <param name="move">The move, which ends at the entry.</param>
    /// <param name="letter">The entry and the reason.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>As <see cref="MoveAsync"/>.</returns>
    Task<bool> SetAsideAsync(LogMove move, DeadLetter letter, CancellationToken cancellationToken);

    /// <summary>Reads a reader's dead letters in log order, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> DeadLettersAsync(string name, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Sets a cursor, whichever node reads, and deletes the reader's dead letters. Those after the new cursor are tried
    /// again. Those before it are given up. The table that the reader makes is emptied where it begins at 0.
    /// </summary>
    Task RestartAsync(string name, long cursor, CancellationToken cancellationToken);
}
