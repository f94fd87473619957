using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>The handles of a prefix, for who may list them. Thread-safe.</summary>
public sealed class HandleList
{
    private readonly IRecordStore _store;

    internal HandleList(IRecordStore store, string prefix)
    {
        _store = store;
        Beginning = LookupKey.Of(prefix + "/");
    }

    /// <summary>What their keys begin with.</summary>
    public LookupKey Beginning { get; }

    /// <summary>How many there are.</summary>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken) =>
        _store.CountAsync(Beginning, cancellationToken);

    /// <summary>The next of them in the order of their keys, at most so many; fewer where they end.</summary>
    /// <param name="after">The last key seen; null begins.</param>
    /// <param name="limit">1 and up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<IReadOnlyList<ListedIdentifier>> PageAsync(
        LookupKey? after,
        int limit,
        CancellationToken cancellationToken
    ) => _store.ListAsync(Beginning, after, limit, cancellationToken);
}
