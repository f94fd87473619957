using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>A machine, tool or instrument of an event, as it was then.</summary>
public sealed record CalibrationLine
{
    /// <summary>The id of the event.</summary>
    public required Guid Event { get; init; }

    /// <summary>Its type.</summary>
    public required EventType Type { get; init; }

    /// <summary>When it happened, in microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    /// <summary>The step; null where the event names none.</summary>
    public string? Step { get; init; }

    /// <summary>What the event names: an identifier or a text.</summary>
    public required string Name { get; init; }

    /// <summary>The code of its template; null without one.</summary>
    public string? Template { get; init; }

    /// <summary><c>equipment</c>, <c>tool</c> or <c>instrument</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Its calibration then.</summary>
    public required CalibrationStatus Calibration { get; init; }

    /// <summary>Its strokes then; null where nobody counts them.</summary>
    public StrokeStatus? Strokes { get; init; }
}

/// <summary>The machines, tools and instruments of some events.</summary>
/// <param name="Lines">By event, in the order of time.</param>
/// <param name="Next">Where to go on; null on the last page.</param>
/// <param name="Number">The log number at which events were read.</param>
public sealed record CalibrationPage(IReadOnlyList<CalibrationLine> Lines, string? Next, long Number);
