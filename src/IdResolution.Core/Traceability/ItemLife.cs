using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Something that was in an item.</summary>
/// <param name="Item">The part.</param>
/// <param name="Position">Where in it; null where nobody said.</param>
/// <param name="Event">The event by which it came in.</param>
/// <param name="Since">When that was, in microseconds since 1970 UTC.</param>
public sealed record LifePart(TraceItem Item, string? Position, Guid Event, long Since);

/// <summary>Something that happened to an item.</summary>
/// <param name="Event">The event.</param>
/// <param name="Type">Its type.</param>
/// <param name="Time">When it happened, in microseconds since 1970 UTC.</param>
/// <param name="Step">The step; null where the event names none.</param>
/// <param name="Reason">Why; null where nobody said.</param>
/// <param name="Disposition">The state from then on; null where nobody said.</param>
public sealed record LifeEvent(
    Guid Event,
    EventType Type,
    long Time,
    string? Step,
    string? Reason,
    string? Disposition
);

/// <summary>What was so of an item at a time: a machine, a tool, a controller, or any other.</summary>
public sealed record ItemLife
{
    /// <summary>The item.</summary>
    public required TraceItem Item { get; init; }

    /// <summary>The time, in microseconds since 1970 UTC.</summary>
    public required long At { get; init; }

    /// <summary>The log number at which events were read.</summary>
    public required long Number { get; init; }

    /// <summary>Its calibration.</summary>
    public required CalibrationStatus Calibration { get; init; }

    /// <summary>Its strokes; null where nobody counts them.</summary>
    public StrokeStatus? Strokes { get; init; }

    /// <summary>Its values by name: attributes of its record, and what events about it measured.</summary>
    public required IReadOnlyDictionary<string, SaidValue> Values { get; init; }

    /// <summary>What was in it.</summary>
    public required IReadOnlyList<LifePart> Parts { get; init; }

    /// <summary>What had happened to it, the latest first.</summary>
    public required IReadOnlyList<LifeEvent> Events { get; init; }

    /// <summary>False if there is more said of it than was looked at, so that a value may be missing.</summary>
    public required bool IsComplete { get; init; }
}
