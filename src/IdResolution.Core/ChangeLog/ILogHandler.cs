namespace IdResolution.Core.ChangeLog;

/// <summary>Takes the entries for one reader of the log. <see cref="LogReader"/> does the rest of the work.</summary>
public interface ILogHandler
{
    /// <summary>The name of the reader, its cursor and its lease. No other reader may ever have it.</summary>
    string Name { get; }

    /// <summary>True if entries are to be read as they come; false if they may gather for a few seconds.</summary>
    bool IsPrompt => false;

    /// <summary>How long the handler takes nothing; zero if it takes entries now.</summary>
    TimeSpan ClosedFor => TimeSpan.Zero;

    /// <summary>The number of entries that the handler itself has set aside; null if it does not.</summary>
    long? DeadLetters => null;

    /// <summary>What the operator should know of the last thing done, for the log; null for nothing.</summary>
    string? Notice => null;

    /// <summary>True if there is work that does not come from new entries (<see cref="DoOtherWorkAsync"/>).</summary>
    ValueTask<bool> HasOtherWorkAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Does such work, while no entries are taken and no other node reads.</summary>
    /// <param name="cursor">The last entry taken.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task DoOtherWorkAsync(long cursor, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Takes entries and moves the cursor in the same transaction, so that each entry is taken once. A handler that
    /// writes nothing moves it by <see cref="ILogReaderStore.MoveAsync"/>. False if the store refused the move, because
    /// another node reads now; nothing was done then.
    /// </summary>
    /// <param name="changes">The entries that the move covers, in order, at least one.</param>
    /// <param name="move">The move of the cursor.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="LaterException">The work cannot be done now. The entries come again.</exception>
    /// <exception cref="UnreadableEntryException">One of the entries cannot be taken. Nothing was done.</exception>
    Task<bool> HandleAsync(IReadOnlyList<Change> changes, LogMove move, CancellationToken cancellationToken);
}
