using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>
/// What the Handle protocol does with prefixes: lists their handles, homes them and gives them up. Thread-safe.
/// </summary>
public sealed class PrefixAdministrator(
    HandleLookup lookup,
    HandleRights rights,
    CatalogHolder catalog,
    PrefixHomer prefixes,
    IRecordStore store
)
{
    /// <summary>The handles of a prefix, for whom its record lets.</summary>
    /// <param name="prefixHandle">The prefix, or its handle.</param>
    /// <param name="identity">Who asks, or null.</param>
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

    /// <summary>The handles of the homed prefixes, for administrators of the server.</summary>
    public Result<string[]> ListHomed(HandleIdentity? identity) =>
        RefuseServerAdmin(identity) is { } refusal
            ? refusal
            : catalog.Current.Prefixes.Select(p => HandleNames.PrefixStart + p.Text).ToArray();

    /// <summary>Homes a prefix or gives it up, for administrators of the server.</summary>
    /// <param name="prefixHandle">The prefix's handle.</param>
    /// <param name="home">Whether it is homed.</param>
    /// <param name="identity">Who does it, or null.</param>
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
        if (RefuseServerAdmin(identity) is { } refusal)
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

    private Error? RefuseServerAdmin(HandleIdentity? identity)
    {
        if (identity is null)
        {
            return HandleErrors.Unidentified;
        }
        return rights.IsServerAdmin(identity) ? null : HandleErrors.NotServerAdministrator;
    }
}
