using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>
/// Does what the Handle protocol does with prefixes: lists their handles, homes and unhomes them. Thread-safe.
/// </summary>
public sealed class PrefixAdministrator(
    HandleLookup lookup,
    HandleRights rights,
    CatalogHolder catalog,
    PrefixHomer prefixes,
    IRecordStore store
)
{
    /// <summary>Opens the list of handles under a prefix. Its record must give the right to list.</summary>
    /// <param name="prefixHandle">The prefix or the handle of the prefix.</param>
    /// <param name="identity">The administrator who asks, or null.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Result<HandleList>> OpenListAsync(
        string prefixHandle,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    )
    {
        if (HandleNames.Parse(prefixHandle) is not { IsPrefixRecord: true } identifier)
        {
            return HandleErrors.ListedByHandle;
        }
        if (!catalog.Current.IsHomed(identifier.Suffix))
        {
            return HandleErrors.NotResponsibleForPrefix;
        }
        if (identity is null)
        {
            return HandleErrors.Unidentified;
        }
        var found = await lookup.FindAsync(identifier, cancellationToken);
        var given = await rights.OfAsync(identity, found.Values, cancellationToken);
        return given.HasFlag(AdminRights.ListHandles)
            ? new HandleList(store, identifier.Suffix)
            : HandleErrors.Refused(given);
    }

    /// <summary>The handles of all homed prefixes. Only for administrators of the server.</summary>
    public Result<string[]> ListHomed(HandleIdentity? identity) =>
        rights.RefuseServerAdmin(identity) is { } refusal
            ? refusal
            : catalog.Current.Prefixes.Select(p => HandleNames.PrefixStart + p.Text).ToArray();

    /// <summary>Homes or unhomes a prefix. Only for administrators of the server.</summary>
    /// <param name="prefixHandle">The handle of the prefix, <c>0.NA/PREFIX</c>.</param>
    /// <param name="home">True to home it, false to unhome it.</param>
    /// <param name="identity">The administrator who asks, or null.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public async Task<Result<Prefix>> HomeAsync(
        string prefixHandle,
        bool home,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    )
    {
        if (!HandleNames.TryPrefix(prefixHandle, out var prefix))
        {
            return HandleErrors.HomedByHandle;
        }
        if (rights.RefuseServerAdmin(identity) is { } refusal)
        {
            return refusal;
        }
        var caller = identity!.Caller with { Role = Role.Admin };
        if (!home)
        {
            return await prefixes.UnhomeAsync(prefix, caller, cancellationToken);
        }
        return (await prefixes.HomeAsync([prefix], caller, cancellationToken)).Error is { } error ? error : prefix;
    }
}
