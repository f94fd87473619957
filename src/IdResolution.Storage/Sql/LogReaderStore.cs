using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;

namespace IdResolution.Storage.Sql;

/// <summary>The cursors of log readers, and the entries that they set aside.</summary>
internal sealed class LogReaderStore(ISqlEngine engine) : ILogReaderStore
{
    /// <inheritdoc/>
    public ValueTask<long> CursorAsync(string name, CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "read log cursor",
            session => session.ScalarAsync<long>(Statements.LogCursor, new { reader = name }),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogReaderState>> ListAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "list log readers",
            session => session.QueryAsync<LogReaderRow, LogReaderState>(Statements.LogReaders, null, r => r.ToState()),
            cancellationToken,
            isHeavy: true
        );

    /// <inheritdoc/>
    public Task<bool> MoveAsync(LogMove move, CancellationToken cancellationToken) =>
        engine.MoveAsync("move log reader", move, static _ => Task.CompletedTask, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SetAsideAsync(LogMove move, DeadLetter letter, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            reader = move.Reader,
            to = move.To,
            reason = letter.Reason,
            at = letter.At,
        };
        return engine.MoveAsync(
            "set log entry aside",
            move,
            session => session.ExecuteAsync(Statements.AddDeadLetter, parameters),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DeadLetter>> DeadLettersAsync(
        string name,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var parameters = new { reader = name, limit };
        return engine.ReadAsync(
            "read dead letters",
            session =>
                session.QueryAsync<DeadLetterRow, DeadLetter>(
                    Statements.DeadLetters + engine.Dialect.Limit,
                    parameters,
                    r => r.ToLetter()
                ),
            cancellationToken,
            isHeavy: true
        );
    }

    /// <inheritdoc/>
    public Task RestartAsync(string name, long cursor, CancellationToken cancellationToken)
    {
        var parameters = new { reader = name, to = cursor };
        return engine.WriteAsync(
            "restart log reader",
            async session =>
            {
                await session.ExecuteAsync(Statements.AddLogReader, parameters);
                await session.ExecuteAsync(Statements.SetLogReader, parameters);
                if (cursor == 0)
                {
                    await ForgetMadeAsync(session, name);
                }
                return await session.ExecuteAsync(Statements.ForgetDeadLetters, parameters);
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Empties the table that a reader makes: one that begins anew makes all its rows again, and would leave those that
    /// are of nothing.
    /// </summary>
    private static Task<int> ForgetMadeAsync(SqlSession session, string reader) =>
        reader switch
        {
            QualityArchivist.ReaderName => session.ExecuteAsync(Statements.ForgetQuality),
            StockRow.ReaderName => session.ExecuteAsync(Statements.ForgetStock),
            _ => Task.FromResult(0),
        };
}
