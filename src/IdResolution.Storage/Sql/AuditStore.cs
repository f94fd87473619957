using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Storage.Sql;

internal sealed class AuditStore(ISqlEngine engine) : IAuditStore
{
    private const int MaxLines = 1_000_000;

    /// <inheritdoc/>
    public async Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return;
        }
        await engine.WriteAsync(
            "append audit",
            async session =>
            {
                foreach (var one in events)
                {
                    await session.ExecuteAsync(Statements.AddAudit, one);
                }
                return true;
            },
            cancellationToken,
            isRepeatable: false
        );
        try
        {
            await engine.WriteAsync(
                "trim audit",
                session => session.ExecuteAsync(Statements.TrimAudit, new { maxLines = MaxLines }),
                cancellationToken
            );
        }
        catch (StoreException)
        {
            // The lines are written; a later call trims the surplus.
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEvent>> ReadAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var parameters = new { before, limit };
        return engine.ReadAsync(
            "read audit",
            session =>
                session.QueryAsync<AuditRow, AuditEvent>(
                    Statements.ReadAudit + engine.Dialect.Limit,
                    parameters,
                    r => r.ToEvent()
                ),
            cancellationToken,
            isHeavy: true
        );
    }
}
