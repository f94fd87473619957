using IdResolution.Core.Documents;
using IdResolution.Core.Errors;

namespace IdResolution.Storage.Sql;

/// <summary>
/// Documents: the reading of both engines. Writing is each engine's own, since it appends to the log.
/// </summary>
internal abstract class DocumentStore(ISqlEngine engine) : IDocumentStore
{
    /// <inheritdoc/>
    public ValueTask<(IReadOnlyList<Document> Documents, long Head)> LoadAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "load documents",
            async session =>
            {
                // The head first: what is loaded is as new or newer.
                var head = await session.ScalarAsync<long>(Statements.Head);
                return (
                    await session.QueryAsync<DocumentRow, Document>(Statements.Documents, null, r => r.ToDocument()),
                    head
                );
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public abstract Task<Result<IReadOnlyList<Document>>> WriteAsync(
        IReadOnlyList<DocumentWrite> writes,
        CancellationToken cancellationToken
    );
}
