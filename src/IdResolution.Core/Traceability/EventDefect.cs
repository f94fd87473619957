namespace IdResolution.Core.Traceability;

/// <summary>A defect that was found.</summary>
public sealed record EventDefect
{
    /// <summary>Which one: a code, or its identifier.</summary>
    public string? Code { get; init; }

    /// <summary>How many, as a number in JSON syntax; null for one.</summary>
    public string? Count { get; init; }

    /// <summary>What else is to be said.</summary>
    public string? Note { get; init; }
}
