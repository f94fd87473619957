using IdResolution.Core.Primitives;

namespace IdResolution.Core.Upstream;

/// <summary>Which records are compared with the secondary node, and how.</summary>
public sealed record ReconcilePlan
{
    /// <summary>The part of the records to compare, above 0 and up to 1, chosen by chance; null for all.</summary>
    public double? Sample { get; init; }

    /// <summary>The most reads a second, 1 or more.</summary>
    public int PerSecond { get; init; } = 100;

    /// <summary>True to have what differs sent again.</summary>
    public bool Repairs { get; init; }

    /// <summary>True to have what is only there revoked there, where that is safe.</summary>
    public bool Removes { get; init; }

    /// <summary>True to revoke it too where this node came back from a backup, and may have lost it.</summary>
    public bool RemovesLost { get; init; }

    /// <summary>Where an earlier run ended; its counts go on.</summary>
    public ReconcileProgress From { get; init; } = new(0, 0, 0, 0, 0);
}

/// <summary>How far a comparison is.</summary>
/// <param name="After">The object number of the last record.</param>
/// <param name="Read">The records compared.</param>
/// <param name="Differing">Those that differ.</param>
/// <param name="Pending">Those left out because their last change has not gone up.</param>
/// <param name="Kept">The values that stay here because they are too long.</param>
public sealed record ReconcileProgress(long After, long Read, long Differing, long Pending, long Kept)
{
    /// <summary>The identifiers that are only there; null while the secondary node was not asked for them.</summary>
    public long? Extra { get; init; }

    /// <summary>Those of them that were revoked there.</summary>
    public long Removed { get; init; }

    /// <summary>Those that this node lost and that were not revoked there, although that was asked for.</summary>
    public long Stayed { get; init; }

    /// <summary>The last identifier that the secondary node listed; null before the first.</summary>
    public string? Listed { get; init; }
}

/// <summary>A record that differs at the secondary node.</summary>
/// <param name="Identifier">Its identifier.</param>
/// <param name="Sequence">The number of its last change; 0 if it is not here.</param>
/// <param name="What">What differs, without values.</param>
public sealed record UpstreamDifference(string Identifier, long Sequence, Text What)
{
    /// <summary>True if nothing differs but values that are too long to go up.</summary>
    public bool IsKept { get; init; }
}
