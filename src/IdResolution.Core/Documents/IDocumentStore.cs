using IdResolution.Core.Errors;

namespace IdResolution.Core.Documents;

/// <summary>Stores the node's documents. Every write adds an entry to the change log.</summary>
public interface IDocumentStore
{
    /// <summary>Reads all documents, and the log's head at the same moment.</summary>
    ValueTask<(IReadOnlyList<Document> Documents, long Head)> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes all documents or none. <see cref="ErrorCode.VersionConflict"/> if a document is not at the expected
    /// version, <see cref="ErrorCode.AlreadyExists"/> if it should be new but exists.
    /// </summary>
    Task<Result<IReadOnlyList<Document>>> WriteAsync(
        IReadOnlyList<DocumentWrite> writes,
        CancellationToken cancellationToken
    );
}
