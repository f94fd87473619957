using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Storage.Sql;

/// <summary>Reads records off the hot path, for both engines. Hot reads and writes are each engine's own.</summary>
/// <param name="engine">The engine.</param>
/// <param name="awaited">The epoch of the store after a step in code that opening left over; 0 for none.</param>
internal abstract class RecordStore(ISqlEngine engine, long awaited) : IRecordStore
{
    private volatile bool _awaitsStep = awaited > 0;

    /// <inheritdoc/>
    public abstract ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<StoredRecord?>> FindAllAsync(
        IReadOnlyList<LookupKey> keys,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public virtual ValueTask<RecordLookup> ResolveAsync(
        LookupKey key,
        long seen,
        CancellationToken cancellationToken
    ) => FindAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord?>> FindByKeysAsync(
        IReadOnlyList<SideRow> keys,
        CancellationToken cancellationToken
    )
    {
        if (keys.Count == 0)
        {
            return new([]);
        }
        return _awaitsStep ? LookUpLaterAsync(keys, cancellationToken) : LookUpAsync(keys, cancellationToken);
    }

    /// <inheritdoc/>
    public abstract Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
        IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken
    );

    /// <inheritdoc/>
    public ValueTask<StatePage<RecordVersion>> HistoryAsync(
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
            session => session.PageAsync(Statements.History + engine.Dialect.Limit, parameters, limit, VersionRow.Read),
            cancellationToken,
            isHeavy: true
        );
    }

    /// <inheritdoc/>
    public ValueTask<StatePage<StoredRecord>> SearchAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        return _awaitsStep && (query.Keys ?? (object?)query.Sources) is not null
            ? SearchLaterAsync(query, cancellationToken)
            : RunSearchAsync(query, cancellationToken);
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
    public ValueTask<long> CountAsync(LookupKey beginning, CancellationToken cancellationToken) =>
        NumberAsync("count", Statements.Count, beginning, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<long?> NewestAsync(LookupKey beginning, CancellationToken cancellationToken) =>
        await NumberAsync("newest", Statements.Newest, beginning, cancellationToken) is >= 0 and var time ? time : null;

    /// <summary>Finds the records of at least one key. No step in code is left that writes the table of keys.</summary>
    protected abstract ValueTask<IReadOnlyList<StoredRecord?>> LookUpAsync(
        IReadOnlyList<SideRow> keys,
        CancellationToken cancellationToken
    );

    private ValueTask<long> NumberAsync(
        string operation,
        string statement,
        LookupKey beginning,
        CancellationToken cancellationToken
    )
    {
        var parameters = new
        {
            after = engine.Dialect.Bytes(beginning.Bytes),
            before = engine.Dialect.Bytes(beginning.Beyond().Bytes),
        };
        return engine.ReadAsync(
            operation,
            session => session.ScalarAsync<long>(statement, parameters),
            cancellationToken,
            isHeavy: true
        );
    }

    private async ValueTask<IReadOnlyList<StoredRecord?>> LookUpLaterAsync(
        IReadOnlyList<SideRow> keys,
        CancellationToken cancellationToken
    )
    {
        await RequireKeysAsync(cancellationToken);
        return await LookUpAsync(keys, cancellationToken);
    }

    private async ValueTask<StatePage<StoredRecord>> SearchLaterAsync(
        RecordQuery query,
        CancellationToken cancellationToken
    )
    {
        await RequireKeysAsync(cancellationToken);
        return await RunSearchAsync(query, cancellationToken);
    }

    private ValueTask<StatePage<StoredRecord>> RunSearchAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        if (query.Sources is { Count: 0 })
        {
            return ValueTask.FromResult(new StatePage<StoredRecord>([], isFull: false));
        }
        var statement = new SearchStatement(engine, query);
        return engine.ReadAsync(
            "search",
            session => session.PageAsync(statement.Sql, statement.Parameters, query.Limit, RecordRow.Sized),
            cancellationToken,
            isHeavy: true
        );
    }

    /// <summary>Refuses while the table of keys is not whole, rather than say that nobody has a key.</summary>
    private async ValueTask RequireKeysAsync(CancellationToken cancellationToken)
    {
        var epoch = await engine.ReadAsync(
            "read epoch",
            session => session.ScalarAsync<long?>(MigrationStatements.Epoch),
            cancellationToken
        );
        if (epoch != awaited)
        {
            throw WriteQueueErrors.KeysMigrating();
        }
        _awaitsStep = false;
    }
}
