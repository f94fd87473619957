namespace IdResolution.Core.ChangeLog;

/// <summary>Takes the entries for one reader of the log. <see cref="LogReader"/> does the rest of the work.</summary>
public interface ILogHandler
{
    /// <summary>The name of the reader, its cursor and its lease. No other reader may ever have it.</summary>
    string Name { get; }

    /// <summary>
    /// Takes entries and moves the cursor in the same transaction, so that each entry is taken once. A handler that
    /// writes nothing moves it by <see cref="ILogReaderStore.MoveAsync"/>. False if the store refused the move, because
    /// another node reads now; nothing was done then.
    /// </summary>
    /// <param name="changes">The entries that the move covers, in order, at least one.</param>
    /// <param name="move">The move of the cursor.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="UnreadableEntryException">One of the entries cannot be taken. Nothing was done.</exception>
    Task<bool> HandleAsync(IReadOnlyList<Change> changes, LogMove move, CancellationToken cancellationToken);
}
