using System.Security.Cryptography;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Administration;

/// <summary>
/// Makes grants and ends them. Needs role admin. A grant never changes: who wants another makes it and ends the first.
/// Thread-safe.
/// </summary>
public sealed class GrantEditor(DocumentEditor documents, TimeProvider time)
{
    /// <summary>The most grants of a node that are not over.</summary>
    public const int MaxGrants = 1_000;

    /// <summary>
    /// Makes a grant. Its values are made canonical, and every fault is reported with its field. The id and the times
    /// when it was made and ended are not the caller's to say.
    /// </summary>
    /// <param name="wanted">The grant.</param>
    /// <param name="caller">Who makes it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    /// <param name="misread">What could not be read of the request; null for nothing.</param>
    public Task<Result<Grant>> MakeAsync(
        Grant wanted,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    )
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var id = "g" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        return EditAsync(
            caller,
            "grant.create",
            id,
            current =>
            {
                var now = time.GetUtcNow();
                var faults = new Faults();
                var grant = new GrantRules(current, faults).Checked(wanted, now) with
                {
                    Id = id,
                    CreatedAt = now,
                    EndedAt = null,
                };
                faults.TryCombine(out var error);
                if (Faults.Join(misread, error) is { } faulty)
                {
                    return faulty;
                }
                return current.Grants.Values.Count(g => g.StateAt(now) != GrantState.Over) < MaxGrants
                    ? ([Write(current, grant, caller)], grant)
                    : TooMany();
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Ends a grant for ever; <see cref="ErrorCode.NotFound"/> if there is none. What is over stays as it is.
    /// </summary>
    public Task<Result<Grant>> EndAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        EditAsync(
            caller,
            "grant.end",
            id,
            current =>
            {
                if (!current.Grants.TryGetValue(id, out var grant))
                {
                    return PartnerErrors.NoGrant(id);
                }
                var now = time.GetUtcNow();
                if (grant.StateAt(now) == GrantState.Over)
                {
                    return ([], grant);
                }
                var ended = grant with { EndedAt = now };
                return ([Write(current, ended, caller)], ended);
            },
            cancellationToken
        );

    private async Task<Result<Grant>> EditAsync(
        Caller caller,
        string action,
        string id,
        Func<NodeCatalog, Result<(IReadOnlyList<DocumentWrite> Writes, Grant Answer)>> edit,
        CancellationToken cancellationToken
    ) =>
        AccessPolicy.RequireOfNode(caller, Role.Admin) is { } refused
            ? refused
            : await documents.EditAsync(caller, action, id, edit, cancellationToken);

    private DocumentWrite Write(NodeCatalog current, Grant grant, Caller caller) =>
        documents.Write(current, LogKind.Grant, grant.Id, grant, CatalogJson.Default.Grant, caller);

    private static Error TooMany() =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"A node has at most {MaxGrants} grants that are not over: end those that nobody needs.",
            $"每个节点最多 {MaxGrants} 个未结束的授权：请结束不再需要的授权。"
        );
}
