using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Sql;

/// <summary>
/// Reads documents for both engines. Each engine writes them in its own way, since a write appends to the log.
/// </summary>
internal abstract class DocumentStore(ISqlEngine engine) : IDocumentStore
{
    /// <inheritdoc/>
    public ValueTask<(IReadOnlyList<Document> Documents, long Head)> LoadAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "load documents",
            async session =>
            {
                // Read the head first: then the documents are at least as new as the head.
                var head = await session.ScalarAsync<long>(Statements.Head);
                return (
                    await session.QueryAsync<DocumentRow, Document>(Statements.Documents, null, r => r.ToDocument()),
                    head
                );
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<StatePage<DocumentVersion>> HistoryAsync(
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
            "read history of document",
            session =>
                session.PageAsync(
                    Statements.History + engine.Dialect.Limit,
                    parameters,
                    limit,
                    DocumentVersionRow.Read
                ),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public abstract Task<Result<IReadOnlyList<Document>>> WriteAsync(
        IReadOnlyList<DocumentWrite> writes,
        CancellationToken cancellationToken
    );
}
