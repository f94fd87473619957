namespace IdResolution.Core.Registration;

/// <summary>
/// Finds the identifiers on the labels of items that a restore of the store lost. A restore adds to them, and so
/// does a restart of the log. Thread-safe.
/// </summary>
public interface ILostIdentifiers
{
    /// <summary>
    /// Finds the identifier that an item had before the restore; null for none. Where a store has none at all, nothing
    /// is read.
    /// </summary>
    /// <param name="source">The source of the item's business key.</param>
    /// <param name="sourceKey">The item's key in that source.</param>
    /// <param name="folded">The key as its source folds it, for items that were sent in another spelling.</param>
    /// <param name="template">The code of the template, which must be the same.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    ValueTask<string?> FindAsync(
        string source,
        string sourceKey,
        string folded,
        string template,
        CancellationToken cancellationToken
    );

    /// <summary>Forgets a key that is erased, and all keys of its source that the item had.</summary>
    /// <param name="source">The source of the key.</param>
    /// <param name="sourceKey">The key in that source.</param>
    /// <param name="folded">The key as its source folds it.</param>
    /// <param name="identifier">The identifier of the item.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    ValueTask ForgetAsync(
        string source,
        string sourceKey,
        string folded,
        string identifier,
        CancellationToken cancellationToken
    );
}
