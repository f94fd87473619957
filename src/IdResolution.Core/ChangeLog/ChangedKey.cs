using IdResolution.Core.Identifiers;

namespace IdResolution.Core.ChangeLog;

/// <summary>What an entry of the log changed.</summary>
/// <param name="Sequence">The log sequence number.</param>
/// <param name="Key">The record's lookup key; empty for an object that is not a record.</param>
public readonly record struct ChangedKey(long Sequence, LookupKey Key)
{
    /// <summary>True for records, false for everything the catalog holds.</summary>
    public bool IsRecord => Key.Bytes.Length > 0;
}
