namespace IdResolution.Core.ChangeLog;

/// <summary>What one reader of the log does with the entries; <see cref="LogReader"/> does the rest.</summary>
public interface ILogHandler
{
    /// <summary>The reader's name: that of its cursor and of its lease. Never given to another one.</summary>
    string Name { get; }

    /// <summary>
    /// Takes entries, and makes the move in the transaction of what it writes, so that each entry is taken once; where
    /// it writes nothing, by <see cref="ILogReaderStore.MoveAsync"/>. False, with nothing done, where the store refused
    /// the move, since another node reads now.
    /// </summary>
    /// <param name="changes">The entries between the move's two ends, in order, at least one.</param>
    /// <param name="move">The move of the cursor.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="UnreadableEntryException">One of them cannot be taken; nothing was done.</exception>
    Task<bool> HandleAsync(IReadOnlyList<Change> changes, LogMove move, CancellationToken cancellationToken);
}
