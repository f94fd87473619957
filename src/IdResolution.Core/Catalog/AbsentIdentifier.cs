using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Catalog;

/// <summary>Tells a misread identifier from one that is not registered, and looks for what may be meant.</summary>
internal static class AbsentIdentifier
{
    /// <summary>
    /// Makes the error for an identifier that has no record, with the registered identifiers that may be meant. Only
    /// for callers who may resolve: they may see which identifiers there are.
    /// </summary>
    /// <param name="identifier">The identifier asked for.</param>
    /// <param name="catalog">The rules and prefixes.</param>
    /// <param name="store">Looks up what may be meant.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static ValueTask<Error> ErrorAsync(
        Identifier identifier,
        NodeCatalog catalog,
        IRecordStore store,
        CancellationToken cancellationToken
    ) => ErrorAsync(identifier, catalog, store, static _ => true, cancellationToken);

    /// <summary>The same for a caller who sees not all records: others are not proposed.</summary>
    public static async ValueTask<Error> ErrorAsync(
        Identifier identifier,
        NodeCatalog catalog,
        IRecordStore store,
        Predicate<StoredRecord> isSeen,
        CancellationToken cancellationToken
    )
    {
        if (!catalog.IsHomed(identifier))
        {
            return IdentifierErrors.NotResponsible(identifier.Prefix.Text, "identifier");
        }
        var misreading = new Misreading(identifier, catalog);
        var proposals = await ProposalsAsync(misreading, store, isSeen, cancellationToken);
        return proposals.Count > 0 || misreading.IsLikely
            ? IdentifierErrors.Mistyped(identifier.Text, proposals)
            : IdentifierErrors.NotFound(identifier.Text);
    }

    /// <summary>
    /// What is to be said of an identifier that a caller gave himself and that is registered now: its check characters
    /// do not fit the coding rule that it looks like. Null where they do, or it looks like none.
    /// </summary>
    /// <param name="identifier">The identifier.</param>
    /// <param name="catalog">The rules and prefixes.</param>
    /// <param name="store">
    /// Looks up what may be meant. Where it fails, nothing is proposed: the item is registered.
    /// </param>
    public static async ValueTask<Text?> DoubtAsync(Identifier identifier, NodeCatalog catalog, IRecordStore store)
    {
        if (!Misreading.IsLikelyOf(identifier, catalog))
        {
            return null;
        }
        IReadOnlyList<string> proposals;
        try
        {
            var misreading = new Misreading(identifier, catalog);
            proposals = await ProposalsAsync(misreading, store, static _ => true, CancellationToken.None);
        }
        catch (StoreException)
        {
            proposals = [];
        }
        return IdentifierErrors.Doubtful(identifier.Text, proposals);
    }

    private static async ValueTask<IReadOnlyList<string>> ProposalsAsync(
        Misreading misreading,
        IRecordStore store,
        Predicate<StoredRecord> isSeen,
        CancellationToken cancellationToken
    )
    {
        var proposals = new List<string>();
        foreach (var candidate in misreading.Candidates())
        {
            var (record, _) = await store.FindAsync(candidate.Key, cancellationToken);
            if (record is { Status: RecordStatus.Active } && isSeen(record))
            {
                proposals.Add(RecordState.IdentifierOf(record));
            }
        }
        return proposals;
    }
}
