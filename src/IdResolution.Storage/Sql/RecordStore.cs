using System.Text;
using Dapper;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Storage.Sql;

/// <summary>
/// Records: the cold reads of both engines. Finding and writing are each engine's own, since they are hot.
/// </summary>
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
                    Statements.History + engine.Limit,
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
        var sql = new StringBuilder(Statements.Search);
        var parameters = new DynamicParameters();
        void And(string condition, string parameter, object? value)
        {
            if (value is not null)
            {
                sql.Append(condition);
                parameters.Add(parameter, value);
            }
        }
        And("", "After", query.After);
        And("", "limit", query.Limit);
        And(Statements.SearchTemplate, "Template", query.Template);
        And(Statements.SearchSource, "Source", Text(query.Source));
        And(Statements.SearchSourceKey, "SourceKey", Text(query.SourceKey));
        And(Statements.SearchCreatedFrom, "CreatedFrom", query.CreatedFrom);
        And(Statements.SearchCreatedBefore, "CreatedBefore", query.CreatedBefore);
        And(Statements.SearchUpdatedFrom, "UpdatedFrom", query.UpdatedFrom);
        if (query.AttributeIndex is { } attribute)
        {
            And("", "AttributeIndex", (long)attribute);
            And(Statements.SearchFrom, "From", Text(query.From ?? ""));
            var isUpTo = query.Before?.EndsWith('\0') ?? false;
            And(
                isUpTo ? Statements.SearchUpTo : Statements.SearchBefore,
                "Before",
                Text(isUpTo ? query.Before![..^1] : query.Before)
            );
            sql.Append(')');
        }
        sql.Append(Statements.SearchOrder).Append(engine.Limit);
        return engine.ReadAsync(
            "search",
            session => session.ReadAsync(sql.ToString(), parameters, RecordRow.Read),
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
            after = engine.Bytes((after ?? beginning).Bytes),
            before = engine.Bytes(beginning.Beyond().Bytes),
            limit,
        };
        return engine.ReadAsync(
            "list",
            session => session.ReadAsync(Statements.List + engine.Limit, parameters, ListedRow.Read),
            cancellationToken,
            isHeavy: true
        );
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(LookupKey beginning, CancellationToken cancellationToken)
    {
        var parameters = new { after = engine.Bytes(beginning.Bytes), before = engine.Bytes(beginning.Beyond().Bytes) };
        return engine.ReadAsync(
            "count",
            session => session.ScalarAsync<long>(Statements.Count, parameters),
            cancellationToken,
            isHeavy: true
        );
    }

    private object? Text(string? text) => text is null ? null : engine.Text(text);
}
