using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Events;

namespace IdResolution.Core.Records;

/// <summary>
/// A registration with events. They are written in its transaction, behind it, where a record is made or comes back;
/// if one of them is refused, nothing is written. If the same registration was accepted before, they are not looked at.
/// </summary>
public sealed record RegisterWithEvents : RegisterRecord
{
    /// <summary>Adds events to a registration.</summary>
    [SetsRequiredMembers]
    public RegisterWithEvents(RegisterRecord registration, IReadOnlyList<EventWrite> events)
        : base(registration) => Events = events;

    /// <summary>The events in the order in which they are written.</summary>
    public IReadOnlyList<EventWrite> Events { get; }

    /// <summary>True to have the store say what it would do, and take all of it back.</summary>
    public bool IsTry { get; init; }
}
