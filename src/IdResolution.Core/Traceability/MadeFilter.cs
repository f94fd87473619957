namespace IdResolution.Core.Traceability;

/// <summary>What a caller asks of a machine or tool. Conditions that are null do not count.</summary>
public sealed record MadeFilter
{
    /// <summary>The machine or tool: an identifier or a text.</summary>
    public string? Equipment { get; init; }

    /// <summary>The event's time is this or later, in microseconds since 1970 UTC.</summary>
    public long? From { get; init; }

    /// <summary>The event's time is before this, in microseconds since 1970 UTC.</summary>
    public long? To { get; init; }

    /// <summary>The code of the items' template.</summary>
    public string? Template { get; init; }

    /// <summary>Where the page before ended; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>The greatest number of lines.</summary>
    public int Limit { get; init; } = MadeReader.UsualPage;
}
