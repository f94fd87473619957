namespace IdResolution.Core.Traceability;

/// <summary>What to look at for what is missing. Conditions that are null do not count.</summary>
public sealed record CompletenessFilter
{
    /// <summary>The code of the template. Needed.</summary>
    public string? Template { get; init; }

    /// <summary>
    /// Items registered, and events, at this time or later, in microseconds since 1970 UTC; null for 31 days before the
    /// end.
    /// </summary>
    public long? From { get; init; }

    /// <summary>Before this time, in microseconds since 1970 UTC; null for now.</summary>
    public long? To { get; init; }

    /// <summary>The step whose missing items are listed.</summary>
    public string? Step { get; init; }

    /// <summary>Where the answer before ended; null for the first.</summary>
    public string? After { get; init; }

    /// <summary>The greatest number of records to look at, and of items without the step.</summary>
    public int Limit { get; init; } = CompletenessReader.UsualPage;
}
