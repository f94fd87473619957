using IdResolution.Core.Events;

namespace IdResolution.Core.Analysis;

/// <summary>Something that items have.</summary>
/// <param name="Kind">What it is.</param>
public sealed record Cause(CauseKind Kind)
{
    /// <summary>The ancestor, machine, tool, person, process or place; null for a measured value.</summary>
    public TraceItem? Item { get; init; }

    /// <summary>What was measured; null for an item.</summary>
    public string? Characteristic { get; init; }

    /// <summary>The unit of the measured value.</summary>
    public string? Unit { get; init; }

    /// <summary>The step in which it was measured, as the event names it.</summary>
    public string? Step { get; init; }

    /// <summary>
    /// Of a machine or tool in a span, or a process in a version: the time of the first event in it, in microseconds
    /// since 1970 UTC; null for always.
    /// </summary>
    public long? From { get; init; }

    /// <summary>The time of the last event of the span.</summary>
    public long? To { get; init; }

    /// <summary>Of a measured value: the lowest one of the range; null if lower ones were not seen.</summary>
    public double? Low { get; init; }

    /// <summary>The highest one of the range; null if higher ones were not seen.</summary>
    public double? High { get; init; }
}
