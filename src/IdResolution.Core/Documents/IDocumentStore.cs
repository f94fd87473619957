using IdResolution.Core.Errors;

namespace IdResolution.Core.Documents;

/// <summary>Keeps the node's documents; every write is an entry of the change log.</summary>
public interface IDocumentStore
{
    /// <summary>Every document, and the log's head they were read at.</summary>
    ValueTask<(IReadOnlyList<Document> Documents, long Head)> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes all or nothing. <see cref="ErrorCode.VersionConflict"/> where a document is not at the version expected,
    /// <see cref="ErrorCode.AlreadyExists"/> where it should be new.
    /// </summary>
    Task<Result<IReadOnlyList<Document>>> WriteAsync(
        IReadOnlyList<DocumentWrite> writes,
        CancellationToken cancellationToken
    );
}
