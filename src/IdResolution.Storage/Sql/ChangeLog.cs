using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Sql;

internal sealed class ChangeLog(ISqlEngine engine) : IChangeLog
{
    /// <inheritdoc/>
    public ValueTask<long> HeadAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync("read head", session => session.ScalarAsync<long>(Statements.Head), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LogLook> LookAsync(long known, CancellationToken cancellationToken)
    {
        engine.CheckPlace();
        var parameters = new { known };
        return engine.ReadAsync(
            "look at log",
            async session => (await session.ReadAsync(Statements.Look, parameters, LogLookRow.Read))[0],
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ChangedKey>> ReadKeysAsync(
        long after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var parameters = new { after, limit };
        return engine.ReadAsync(
            "read changed keys",
            session => session.ReadAsync(Statements.ReadKeys + engine.Dialect.Limit, parameters, ChangedKeyRow.Read),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public ValueTask<StatePage<Change>> ReadAsync(long after, int limit, CancellationToken cancellationToken)
    {
        var parameters = new { after, limit };
        return engine.ReadAsync(
            "read changes",
            session =>
                session.PageAsync(Statements.ReadChanges + engine.Dialect.Limit, parameters, limit, ChangeRow.Read),
            cancellationToken,
            isHeavy: true
        );
    }
}
