using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Storage.Sql;

/// <summary>Reads records off the hot path, for both engines. Hot reads and writes are each engine's own.</summary>
internal abstract class RecordStore(ISqlEngine engine) : IRecordStore
{
    /// <inheritdoc/>
    public abstract ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<RecordLookup> ResolveAsync(
        LookupKey key,
        long seen,
        CancellationToken cancellationToken
    ) => FindAsync(key, cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask<StoredRecord?> FindByBusinessKeyAsync(
        string source,
        string sourceKey,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public abstract Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
        IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordVersion>> HistoryAsync(
        long objectNumber,
        long before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var parameters = new
        {
            objectNumber,
            before,
            limit,
        };
        return engine.ReadAsync(
            "read history",
            session =>
                session.QueryAsync<VersionRow, RecordVersion>(
                    Statements.History + engine.Dialect.Limit,
                    parameters,
                    r => r.ToVersion()
                ),
            cancellationToken,
            isHeavy: true
        );
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord>> SearchAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var statement = new SearchStatement(engine, query);
        return engine.ReadAsync(
            "search",
            session => session.ReadAsync(statement.Sql, statement.Parameters, RecordRow.Read),
            cancellationToken,
            isHeavy: true
        );
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ListedIdentifier>> ListAsync(
        LookupKey beginning,
        LookupKey? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var parameters = new
        {
            after = engine.Dialect.Bytes((after ?? beginning).Bytes),
            before = engine.Dialect.Bytes(beginning.Beyond().Bytes),
            limit,
        };
        return engine.ReadAsync(
            "list",
            session => session.ReadAsync(Statements.List + engine.Dialect.Limit, parameters, ListedRow.Read),
            cancellationToken,
            isHeavy: true
        );
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(LookupKey beginning, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            after = engine.Dialect.Bytes(beginning.Bytes),
            before = engine.Dialect.Bytes(beginning.Beyond().Bytes),
        };
        return engine.ReadAsync(
            "count",
            session => session.ScalarAsync<long>(Statements.Count, parameters),
            cancellationToken,
            isHeavy: true
        );
    }
}
