using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Documents;

/// <summary>Stores the node's documents. Every write adds an entry to the change log.</summary>
public interface IDocumentStore
{
    /// <summary>Reads all documents, and the log's head at the same moment.</summary>
    ValueTask<(IReadOnlyList<Document> Documents, long Head)> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Reads the versions of a document, the newest first, at most <paramref name="limit"/> and the bytes of a page.
    /// </summary>
    /// <param name="objectNumber">The object number of the document.</param>
    /// <param name="before">Only versions below this one; 0 for all.</param>
    /// <param name="limit">The greatest number of versions, 1 or more.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<StatePage<DocumentVersion>> HistoryAsync(
        long objectNumber,
        long before,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Writes all documents or none. <see cref="ErrorCode.VersionConflict"/> if a document is not at the expected
    /// version, <see cref="ErrorCode.AlreadyExists"/> if it should be new but exists.
    /// </summary>
    Task<Result<IReadOnlyList<Document>>> WriteAsync(
        IReadOnlyList<DocumentWrite> writes,
        CancellationToken cancellationToken
    );
}
