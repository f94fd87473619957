namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>What the check of one entry tells for those after it.</summary>
internal readonly record struct ExaminedEntry
{
    public required long Sequence { get; init; }

    public required bool HasVersion { get; init; }

    /// <summary>The object by the body; 0 if the body cannot be read.</summary>
    public long Object { get; init; }

    /// <summary>True if values were erased by the entry.</summary>
    public bool Erases { get; init; }

    /// <summary>The number of values that the entry commits to and the state lacks.</summary>
    public int Missing { get; init; }
}
