namespace IdResolution.Core.Traceability;

/// <summary>Whose machines, tools and instruments a caller asks about: those of an item, or of one event.</summary>
public sealed record CalibrationFilter
{
    /// <summary>The item: an identifier or a URI; null for an event.</summary>
    public string? Item { get; init; }

    /// <summary>The id of the event; null for an item.</summary>
    public string? Event { get; init; }

    /// <summary>Where the page before ended; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>The greatest number of events to look at.</summary>
    public int Limit { get; init; } = CalibrationReader.UsualPage;
}
