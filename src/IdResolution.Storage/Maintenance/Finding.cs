using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Maintenance;

/// <summary>The doctor's result for one aspect of a database.</summary>
/// <param name="Check">The name of the aspect, such as <c>log</c>.</param>
/// <param name="Ok">True if nothing is wrong.</param>
/// <param name="Detail">What was counted, or what is wrong: the first few faults, and how many more there are.</param>
public sealed record Finding(string Check, bool Ok, Text Detail)
{
    /// <summary>True if nothing is wrong yet, and the operator has something to do.</summary>
    public bool Warns { get; init; }

    /// <summary>
    /// True of a table that a reader of the log makes of it: where it is wrong, nothing is lost, and the reader makes
    /// it anew.
    /// </summary>
    public bool IsDerived { get; init; }

    /// <summary>The first log entry that does not fit what is stored; null if no entry is to be named.</summary>
    public long? FirstEntry { get; init; }
}
