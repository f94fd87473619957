namespace IdResolution.Core.Events;

/// <summary>Which rows of the quality archive to count, and by what. Conditions that are null do not count.</summary>
public sealed record QualityQuery
{
    /// <summary>By what: one dimension or two.</summary>
    public required IReadOnlyList<QualityDimension> By { get; init; }

    /// <summary>The event's time is this or later, in microseconds since 1970 UTC.</summary>
    public required long From { get; init; }

    /// <summary>The event's time is before this, in microseconds since 1970 UTC.</summary>
    public required long To { get; init; }

    /// <summary>
    /// Until when the plant's clock has which distance from UTC, both in microseconds. The last one has no end.
    /// </summary>
    public IReadOnlyList<(long Until, long Offset)> Clock { get; init; } = [(long.MaxValue, 0)];

    /// <summary>The code of the item's template.</summary>
    public string? Template { get; init; }

    /// <summary>The step.</summary>
    public string? Step { get; init; }

    /// <summary>The number of a machine or tool.</summary>
    public long? Equipment { get; init; }

    /// <summary>What was measured.</summary>
    public string? Characteristic { get; init; }

    /// <summary>The code of the defect.</summary>
    public string? Defect { get; init; }

    /// <summary>The templates whose records name a supplier.</summary>
    public IReadOnlyList<string> SupplierTemplates { get; init; } = [];

    /// <summary>The greatest number of groups to read, 1 or more.</summary>
    public required int Limit { get; init; }
}
