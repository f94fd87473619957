using IdResolution.Core.ChangeLog;

namespace IdResolution.Storage.Sql;

/// <summary>Moves the cursors of log readers, for every port that writes what a reader found.</summary>
internal static class LogMoves
{
    /// <summary>
    /// Moves a reader's cursor and runs a write in the same transaction. False if the move is refused; nothing is
    /// written then.
    /// </summary>
    /// <param name="engine">The database engine.</param>
    /// <param name="name">Its name in telemetry.</param>
    /// <param name="move">The move of the cursor, with the lease that permits it.</param>
    /// <param name="write">
    /// The write that belongs to the move. If the answer to the commit was lost, the whole call is repeated, and is
    /// refused if the first commit succeeded.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public static Task<bool> MoveAsync(
        this ISqlEngine engine,
        string name,
        LogMove move,
        Func<SqlSession, Task> write,
        CancellationToken cancellationToken
    )
    {
        var cursor = new
        {
            reader = move.Reader,
            from = move.From,
            to = move.To,
        };
        return engine.WriteAsync(
            name,
            async session =>
            {
                if (await session.ExecuteAsync(Statements.Fence, move.Lease) == 0)
                {
                    return false;
                }
                await session.ExecuteAsync(Statements.AddLogReader, cursor);
                if (await session.ExecuteAsync(Statements.MoveLogReader, cursor) == 0)
                {
                    return false;
                }
                await write(session);
                return true;
            },
            cancellationToken
        );
    }
}
