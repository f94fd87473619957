using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>The handles under a prefix, for an identity that may list them. Thread-safe.</summary>
public sealed class HandleList
{
    private readonly IRecordStore _store;

    internal HandleList(IRecordStore store, string prefix)
    {
        _store = store;
        Beginning = LookupKey.Of(prefix + "/");
    }

    /// <summary>The start of all their keys: the folded prefix and a slash.</summary>
    public LookupKey Beginning { get; }

    /// <summary>Counts the handles. The time grows with their number.</summary>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken) =>
        _store.CountAsync(Beginning, cancellationToken);

    /// <summary>Reads the next page, ordered by key. A page that is not full is the last.</summary>
    /// <param name="after">The last key of the page before; null for the first page.</param>
    /// <param name="limit">The greatest number of handles, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<IReadOnlyList<ListedIdentifier>> PageAsync(
        LookupKey? after,
        int limit,
        CancellationToken cancellationToken
    ) => _store.ListAsync(Beginning, after, limit, cancellationToken);
}
