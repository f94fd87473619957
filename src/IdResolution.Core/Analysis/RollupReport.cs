using IdResolution.Core.Events;

namespace IdResolution.Core.Analysis;

/// <summary>A figure over a trace.</summary>
public sealed record RollupReport
{
    /// <summary>The most items without value that are named.</summary>
    public const int MaxMissing = 100;

    /// <summary>Where the trace began.</summary>
    public required TraceItem Root { get; init; }

    /// <summary>What was asked.</summary>
    public required RollupQuery Query { get; init; }

    /// <summary>The log number that the trace was read at.</summary>
    public required long Number { get; init; }

    /// <summary>The items of the trace.</summary>
    public required int Found { get; init; }

    /// <summary>The figures, one for each unit.</summary>
    public required IReadOnlyList<RollupGroup> Groups { get; init; }

    /// <summary>Items that should have a value, or its weight, and have none; the first of them.</summary>
    public required IReadOnlyList<TraceItem> Missing { get; init; }

    /// <summary>The number of all such items.</summary>
    public required int MissingCount { get; init; }

    /// <summary>
    /// Of a measurement, by template: items of which none was measured, so that nobody knows whether they should have
    /// been. The most first; empty for an attribute, and where templates were named.
    /// </summary>
    public required IReadOnlyList<RollupUnmeasured> Unmeasured { get; init; }
}
