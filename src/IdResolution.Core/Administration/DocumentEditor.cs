using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Administration;

/// <summary>
/// Writes documents for administrators: checks the role, writes all or nothing, reloads the catalog, and audits.
/// Thread-safe.
/// </summary>
public sealed class DocumentEditor(IDocumentStore store, CatalogHolder catalog, Auditor auditor, TimeProvider time)
{
    private const int MaxTries = 10;

    /// <summary>The newest catalog.</summary>
    public NodeCatalog Current => catalog.Current;

    /// <summary>
    /// Makes the write of a document. It replaces the version in <paramref name="current"/>, if there is one.
    /// </summary>
    public DocumentWrite Write<T>(
        NodeCatalog current,
        LogKind kind,
        string code,
        T document,
        JsonTypeInfo<T> type,
        Caller caller
    )
    {
        var version = current.FindDocument(kind, code)?.Version ?? 0;
        return DocumentWrite.Of(kind, code, version, JsonSerializer.Serialize(document, type), caller.Actor, time);
    }

    /// <summary>
    /// Makes and commits an edit. The edit sees the newest catalog. It gives its writes (none if nothing is to do) and
    /// the answer for the caller. If another node wrote first, the edit is made again.
    /// </summary>
    /// <param name="caller">Who does it; needs role admin.</param>
    /// <param name="action">For the audit log, such as <c>template.publish</c>.</param>
    /// <param name="target">The object of the action, for the audit log.</param>
    /// <param name="edit">Makes the writes and the answer. May be called several times.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    /// <param name="misread">
    /// What could not be read of what is to be saved: then nothing is, and the edit only says what else is wrong.
    /// </param>
    public async Task<Result<T>> EditAsync<T>(
        Caller caller,
        string action,
        string target,
        Func<NodeCatalog, Result<(IReadOnlyList<DocumentWrite> Writes, T Answer)>> edit,
        CancellationToken cancellationToken,
        Error? misread = null
    )
    {
        if (AccessPolicy.Require(caller, Role.Admin) is { } refusal)
        {
            return refusal;
        }
        return misread is null
            ? await EditPermittedAsync(caller, action, target, edit, cancellationToken)
            : Faults.Join(misread, edit(catalog.Current).Error)!;
    }

    /// <summary>The same for a caller whom the policy has let through, or whom the edit itself refuses.</summary>
    internal async Task<Result<T>> EditPermittedAsync<T>(
        Caller caller,
        string action,
        string target,
        Func<NodeCatalog, Result<(IReadOnlyList<DocumentWrite> Writes, T Answer)>> edit,
        CancellationToken cancellationToken
    )
    {
        for (var tries = 0; ; tries++)
        {
            if (!edit(catalog.Current).TryGet(out var made, out var error))
            {
                return error;
            }
            if (made.Writes.Count == 0)
            {
                return made.Answer;
            }
            var written = await store.WriteAsync(made.Writes, cancellationToken);
            // Reloading and auditing must also happen if the caller has gone.
            await catalog.ReloadAsync(written.IsOk ? written.Value[^1].Sequence : 0, CancellationToken.None);
            if (written.IsOk)
            {
                await auditor.DoneAsync(caller, action, target, CancellationToken.None);
                return made.Answer;
            }
            if (tries == MaxTries)
            {
                return written.Error;
            }
        }
    }
}
