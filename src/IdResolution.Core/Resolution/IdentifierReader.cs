using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>
/// Resolves identifiers: checks the caller, reads the record, and asks another node for foreign prefixes. Where reading
/// is audited, it notes what was read. Thread-safe.
/// </summary>
public sealed class IdentifierReader(
    Resolver resolver,
    IRecordStore store,
    CatalogHolder catalog,
    IForeignResolver foreign,
    AccessPolicy access,
    Auditor? auditor = null
)
{
    /// <summary>
    /// The fast path: the cached entry of an active record, or null if <see cref="ReadAsync"/> must be called.
    /// Allocates nothing. A caller that answers from the entry calls <see cref="CountHit"/>.
    /// </summary>
    /// <param name="foldedKey">The folded bytes of the lookup key.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="projection">The part of the record that the caller sees.</param>
    public CachedRecord? FindCached(ReadOnlySpan<byte> foldedKey, Caller caller, out Projection projection)
    {
        projection = caller.Projection;
        if (
            !access.MayResolve(caller)
            || !caller.Reaches(foldedKey)
            || access.Audits(caller)
            || FindHeld(foldedKey) is not { } entry
        )
        {
            return null;
        }
        if (catalog.Current.SightOf(caller) is { } sight)
        {
            var granted = entry.Seen(sight);
            resolver.CountKept(entry);
            if (access.Sees(caller, granted) is not { } seen)
            {
                return null;
            }
            projection = seen;
        }
        return entry;
    }

    /// <summary>
    /// The same for the Handle protocol, where the values decide what is shown, not the caller. Null too for a prefix
    /// whose resolvers are sent on.
    /// </summary>
    public CachedRecord? FindCached(ReadOnlySpan<byte> foldedKey) =>
        catalog.Current.IsReferred(foldedKey) ? null : FindHeld(foldedKey);

    /// <summary>Counts a resolution that was answered from a cached entry.</summary>
    public void CountHit(CachedRecord entry) => resolver.CountHit(entry);

    /// <summary>
    /// Resolves for a caller. Asks another node if the prefix is not homed here. To a caller who is bound to a prefix
    /// what is beyond it is absent, here and elsewhere.
    /// </summary>
    /// <exception cref="Errors.StoreException">The store does not answer.</exception>
    public async ValueTask<ResolutionEnd> ReadAsync(
        Identifier identifier,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (access.RequireResolving(caller) is { } refused)
        {
            return ResolutionEnd.Refused(refused);
        }
        if (AccessPolicy.RequireSight(caller, identifier) is { } hidden)
        {
            return ResolutionEnd.Hidden(hidden);
        }
        var end = Seen(caller, identifier, await LookAsync(identifier, cancellationToken));
        if (end.Kind == ResolutionKind.Found && access.Audits(caller))
        {
            auditor?.Noted(caller, "record.read", identifier.Text);
        }
        if (end.Kind != ResolutionKind.Elsewhere)
        {
            return await ExplainedAsync(identifier, end, caller, cancellationToken);
        }
        var found = await foreign.ResolveAsync(identifier, caller, cancellationToken);
        return found.TryGet(out var record, out var error)
            ? new() { Kind = ResolutionKind.Foreign, Foreign = record }
            : end with
            {
                Error = error,
            };
    }

    /// <summary>
    /// Reads this node's record through the cache, without a check of the caller: for the Handle protocol.
    /// </summary>
    /// <exception cref="Errors.StoreException">The store does not answer.</exception>
    public async ValueTask<ResolutionEnd> LookAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        var known = catalog.Current;
        if (!known.IsHomed(identifier))
        {
            return ResolutionEnd.Of(identifier, null, known);
        }
        var entry = await resolver.ResolveAsync(identifier.Key, cancellationToken);
        // A new catalog is needed: the record's template may have been published during the read.
        return ResolutionEnd.Of(identifier, entry.Record, catalog.Current) with
        {
            Entry = entry.Record is null ? null : entry,
            Age = entry.Record is not null && resolver.MayBeOld(entry) ? resolver.AgeOf(entry) : null,
        };
    }

    /// <summary>Reads from the store instead of the cache, for a caller. Is not counted as a resolution.</summary>
    /// <exception cref="Errors.StoreException">The store does not answer.</exception>
    public async ValueTask<ResolutionEnd> ReadStoredAsync(
        Identifier identifier,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (access.RequireResolving(caller) is { } refused)
        {
            return ResolutionEnd.Refused(refused);
        }
        return AccessPolicy.RequireSight(caller, identifier) is { } hidden
            ? ResolutionEnd.Hidden(hidden)
            : await ExplainedAsync(
                identifier,
                await SeenStoredAsync(identifier, caller, cancellationToken),
                caller,
                cancellationToken
            );
    }

    /// <summary>
    /// The same for a caller who has been let through. What the caller does not see is absent, and nothing more is said
    /// of it.
    /// </summary>
    internal async ValueTask<ResolutionEnd> SeenStoredAsync(
        Identifier identifier,
        Caller caller,
        CancellationToken cancellationToken
    ) => Seen(caller, identifier, await LookStoredAsync(identifier, cancellationToken));

    /// <summary>The same without a check of the caller, for those who change the record or decide by it.</summary>
    /// <exception cref="Errors.StoreException">The store does not answer.</exception>
    public async ValueTask<ResolutionEnd> LookStoredAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        var (record, _) = await store.FindAsync(identifier.Key, cancellationToken);
        return ResolutionEnd.Of(identifier, record, catalog.Current);
    }

    private CachedRecord? FindHeld(ReadOnlySpan<byte> foldedKey) =>
        resolver.FindCached(foldedKey) is { Record.Status: RecordStatus.Active } entry ? entry : null;

    /// <summary>An outcome as a caller may know it: of a record that it does not see, that of an absent one.</summary>
    private ResolutionEnd Seen(Caller caller, Identifier identifier, ResolutionEnd end)
    {
        if (end.Record is not { } record)
        {
            return end;
        }
        GrantedView? granted = null;
        if (catalog.Current.SightOf(caller) is { } sight)
        {
            granted = end.Entry is { } entry ? entry.Seen(sight) : sight.Of(record.State);
            if (end.Entry is not null)
            {
                resolver.CountKept(end.Entry);
            }
        }
        return access.Sees(caller, granted) is { } projection
            ? end with
            {
                Projection = projection,
            }
            : ResolutionEnd.Of(identifier, null, catalog.Current);
    }

    /// <summary>Says more of an identifier that is absent. Callers have been let through.</summary>
    private async ValueTask<ResolutionEnd> ExplainedAsync(
        Identifier identifier,
        ResolutionEnd end,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (end.Kind != ResolutionKind.Absent)
        {
            return end;
        }
        var known = catalog.Current;
        return end with
        {
            Error = await AbsentIdentifier.ErrorAsync(
                identifier,
                known,
                store,
                record => access.Sees(caller, known.SightOf(caller)?.Of(record.State)) is not null,
                cancellationToken
            ),
        };
    }

    /// <summary>The error for an identifier that is absent, for callers who may see what is registered.</summary>
    internal ValueTask<Error> ExplainAsync(Identifier identifier, CancellationToken cancellationToken) =>
        AbsentIdentifier.ErrorAsync(identifier, catalog.Current, store, cancellationToken);
}
