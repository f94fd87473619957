using IdResolution.Core.ChangeLog;

namespace IdResolution.Storage.Sql;

/// <summary>Moves of log readers, for every port that writes what a reader found.</summary>
internal static class LogMoves
{
    /// <summary>
    /// Moves a reader's cursor, and writes what belongs to that in the same transaction. False where the move is
    /// refused: nothing is written then.
    /// </summary>
    /// <param name="engine">The database.</param>
    /// <param name="name">What it is called in telemetry.</param>
    /// <param name="move">The move.</param>
    /// <param name="write">
    /// What belongs to it. Where an answer was lost, all is sent again, and refused if it had been committed.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
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
