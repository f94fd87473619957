using IdResolution.Core.Identifiers;

namespace IdResolution.Core.ChangeLog;

/// <summary>The object that a log entry changed.</summary>
/// <param name="Sequence">The sequence number of the entry.</param>
/// <param name="Key">The record's lookup key; empty for an object that is not a record.</param>
public readonly record struct ChangedKey(long Sequence, LookupKey Key)
{
    /// <summary>True for a record, false for a document of the catalog or another object.</summary>
    public bool IsRecord => Key.Bytes.Length > 0;
}
