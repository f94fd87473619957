namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Keeps the cursors of the readers of the log, and what they set aside. A reader without a cursor stands at 0: a new
/// one needs nothing in the store. Thread-safe.
/// </summary>
public interface ILogReaderStore
{
    /// <summary>The last entry that a reader has taken or set aside; 0 before the first.</summary>
    ValueTask<long> CursorAsync(string name, CancellationToken cancellationToken);

    /// <summary>The readers that have moved, by name.</summary>
    ValueTask<IReadOnlyList<LogReaderState>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Moves a cursor alone; false where it is not where it was expected or the lease was taken over, since another
    /// node reads now.
    /// </summary>
    Task<bool> MoveAsync(LogMove move, CancellationToken cancellationToken);

    /// <summary>Moves a cursor past an entry and keeps the entry as a dead letter, both or neither.</summary>
    /// <param name="move">Its end is the entry.</param>
    /// <param name="letter">The entry and why it was not taken.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>As <see cref="MoveAsync"/>.</returns>
    Task<bool> SetAsideAsync(LogMove move, DeadLetter letter, CancellationToken cancellationToken);

    /// <summary>A reader's dead letters in order of the log, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> DeadLettersAsync(string name, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Sets a cursor, whoever reads, and forgets the reader's dead letters: those beyond it are tried again, those
    /// before it are given up.
    /// </summary>
    Task RestartAsync(string name, long cursor, CancellationToken cancellationToken);
}
