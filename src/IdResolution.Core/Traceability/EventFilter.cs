namespace IdResolution.Core.Traceability;

/// <summary>Which events a caller asks for. Conditions that are null do not count.</summary>
public sealed record EventFilter
{
    /// <summary>An item that has any part in the event.</summary>
    public ItemAsked? Item { get; init; }

    /// <summary>Where it happened: an identifier or a text.</summary>
    public string? Place { get; init; }

    /// <summary>A machine or tool: an identifier or a text.</summary>
    public string? Equipment { get; init; }

    /// <summary>The name of the type.</summary>
    public string? Type { get; init; }

    /// <summary>The event's time is this or later, in microseconds since 1970 UTC.</summary>
    public long? From { get; init; }

    /// <summary>The event's time is before this, in microseconds since 1970 UTC.</summary>
    public long? To { get; init; }

    /// <summary>True for the latest first.</summary>
    public bool Descending { get; init; }

    /// <summary>Where the page before ended; null for the first page.</summary>
    public EventCursor? After { get; init; }

    /// <summary>The greatest number of events on a page.</summary>
    public int Limit { get; init; } = 100;
}
