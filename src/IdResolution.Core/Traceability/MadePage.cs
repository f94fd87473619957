using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>What a machine or tool did to one item in one event.</summary>
public sealed record MadeLine
{
    /// <summary>The item.</summary>
    public required string Identifier { get; init; }

    /// <summary>The code of its template; null without one.</summary>
    public string? Template { get; init; }

    /// <summary><c>output</c>, <c>parent</c> or <c>item</c>: what came out, was assembled, or was worked on.</summary>
    public required string Role { get; init; }

    /// <summary>The id of the event.</summary>
    public required Guid Event { get; init; }

    /// <summary>Its type.</summary>
    public required EventType Type { get; init; }

    /// <summary>When it happened, in microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    /// <summary>The step; null where the event names none.</summary>
    public string? Step { get; init; }

    /// <summary>How much of the item; null where nobody said.</summary>
    public string? Quantity { get; init; }

    /// <summary>The unit; null for pieces.</summary>
    public string? Unit { get; init; }
}

/// <summary>What a machine or tool made.</summary>
/// <param name="Lines">By time, then by event, then as the event names them.</param>
/// <param name="Next">Where to go on; null on the last page. A page may have fewer lines than were asked for.</param>
/// <param name="Number">The log number at which events were read.</param>
public sealed record MadePage(IReadOnlyList<MadeLine> Lines, string? Next, long Number);
