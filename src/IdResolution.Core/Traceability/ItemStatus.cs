namespace IdResolution.Core.Traceability;

/// <summary>
/// Where an item is now and what is to be said of it, each from the latest event that says something.
/// </summary>
public sealed record ItemStatus
{
    /// <summary>The identifier.</summary>
    public required string Identifier { get; init; }

    /// <summary>The code of its template; null without one.</summary>
    public string? Template { get; init; }

    /// <summary>False for what events name and nobody registered.</summary>
    public required bool IsRegistered { get; init; }

    /// <summary>Where it is: an identifier or a text; null where no event says.</summary>
    public string? Place { get; init; }

    /// <summary>What it is in; null for nothing.</summary>
    public string? Parent { get; init; }

    /// <summary>Where in the parent.</summary>
    public string? Position { get; init; }

    /// <summary>Its state, such as <c>in_transit</c>; null where no event says.</summary>
    public string? Disposition { get; init; }

    /// <summary>The holds in force.</summary>
    public IReadOnlyList<HoldStatus> Holds { get; init; } = [];

    /// <summary>What became of the lot, by unit; empty where no event gives a quantity.</summary>
    public IReadOnlyList<LotBalance> Balance { get; init; } = [];

    /// <summary>What it lacks of what its template asks for; empty where it is complete.</summary>
    public IReadOnlyList<PartLack> Lacks { get; init; } = [];

    /// <summary>The time of the latest event, in microseconds since 1970 UTC; null where there is none.</summary>
    public long? LastEvent { get; init; }

    /// <summary>The log number at which it was read; 0 where the caller is not told.</summary>
    public required long Number { get; init; }
}
