namespace IdResolution.Core.Traceability;

/// <summary>What a caller asks the quality archive. Conditions that are null do not count.</summary>
public sealed record QualityFilter
{
    /// <summary>The names of one or two dimensions.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>
    /// The event's time is this or later, in microseconds since 1970 UTC; null for 31 days before the end.
    /// </summary>
    public long? From { get; init; }

    /// <summary>The event's time is before this, in microseconds since 1970 UTC; null for now.</summary>
    public long? To { get; init; }

    /// <summary>The code of the item's template.</summary>
    public string? Template { get; init; }

    /// <summary>The step: an identifier as it was sent, or a text.</summary>
    public string? Step { get; init; }

    /// <summary>A machine or tool: an identifier or a text.</summary>
    public string? Equipment { get; init; }

    /// <summary>What was measured.</summary>
    public string? Characteristic { get; init; }

    /// <summary>The code of a defect.</summary>
    public string? Defect { get; init; }

    /// <summary>The greatest number of rows; the others are summed up in one.</summary>
    public int Limit { get; init; } = QualityReader.DefaultRows;
}
