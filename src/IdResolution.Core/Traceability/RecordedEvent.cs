using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>An event that was taken in.</summary>
/// <param name="Outcome"><see cref="EventOutcome.Created"/> or <see cref="EventOutcome.Same"/>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Sequence">The sequence number of its entry in the log.</param>
public sealed record RecordedEvent(EventOutcome Outcome, Guid Id, long Sequence)
{
    /// <summary>What the templates of its items say otherwise.</summary>
    public IReadOnlyList<EventFinding> Findings { get; init; } = [];
}
