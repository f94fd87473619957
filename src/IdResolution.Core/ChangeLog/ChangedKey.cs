using IdResolution.Core.Identifiers;

namespace IdResolution.Core.ChangeLog;

/// <summary>The object that a log entry changed.</summary>
/// <param name="Sequence">The sequence number of the entry.</param>
/// <param name="Key">
/// The record's lookup key; empty for a document of the catalog; <see cref="Other"/> for another object.
/// </param>
public readonly record struct ChangedKey(long Sequence, LookupKey Key)
{
    /// <summary>
    /// Stands for the key of an object that is neither a record nor a document, such as an event. Nothing that a node
    /// caches depends on it. No record has this key.
    /// </summary>
    public static LookupKey Other { get; } = new([0]);

    /// <summary>True for a record.</summary>
    public bool IsRecord => Key.Bytes is not ([] or [0]);

    /// <summary>True for a document of the catalog.</summary>
    public bool IsDocument => Key.Bytes.Length == 0;
}
