using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>
/// Resolves identifiers for callers: who may, what is there, and whether another node is asked. Thread-safe.
/// </summary>
public sealed class IdentifierReader(
    Resolver resolver,
    IRecordStore store,
    CatalogHolder catalog,
    IForeignResolver foreign,
    AccessPolicy access
)
{
    /// <summary>
    /// The fast way: the cached entry of an active record that the caller may see, or null where
    /// <see cref="ReadAsync"/> must be asked. Allocates nothing; who answers from it calls <see cref="CountHit"/>.
    /// </summary>
    public CachedRecord? FindCached(ReadOnlySpan<byte> foldedKey, Caller caller) =>
        access.MayResolve(caller) ? FindCached(foldedKey) : null;

    /// <summary>The same for protocols where values rather than callers decide what is shown.</summary>
    public CachedRecord? FindCached(ReadOnlySpan<byte> foldedKey) =>
        resolver.FindCached(foldedKey) is { Record.Status: RecordStatus.Active } entry ? entry : null;

    /// <summary>Counts a resolution that was answered from a cached entry.</summary>
    public void CountHit(CachedRecord entry) => resolver.CountHit(entry);

    /// <summary>Resolves for a caller; asks another node where the prefix is homed elsewhere.</summary>
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
        var end = await LookAsync(identifier, cancellationToken);
        if (end.Kind != ResolutionKind.Elsewhere)
        {
            return end;
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
    /// What this node has, through the cache; for protocols where values rather than callers decide what is shown.
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
        // What the read brought in may be a template published meanwhile.
        return ResolutionEnd.Of(identifier, entry.Record, catalog.Current) with
        {
            Entry = entry.Record is null ? null : entry,
            Age = entry.Record is not null && resolver.MayBeOld(entry) ? resolver.AgeOf(entry) : null,
        };
    }

    /// <summary>What the store has this moment, uncounted, for a caller.</summary>
    /// <exception cref="Errors.StoreException">The store does not answer.</exception>
    public async ValueTask<ResolutionEnd> ReadStoredAsync(
        Identifier identifier,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        access.RequireResolving(caller) is { } refused
            ? ResolutionEnd.Refused(refused)
            : await LookStoredAsync(identifier, cancellationToken);

    /// <summary>What the store has this moment, uncounted; for those who change it or decide by it.</summary>
    /// <exception cref="Errors.StoreException">The store does not answer.</exception>
    public async ValueTask<ResolutionEnd> LookStoredAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        var (record, _) = await store.FindAsync(identifier.Key, cancellationToken);
        return ResolutionEnd.Of(identifier, record, catalog.Current);
    }
}
