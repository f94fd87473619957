using IdResolution.Core.Errors;

namespace IdResolution.Core.Events;

/// <summary>The result of the write of one event.</summary>
/// <param name="Outcome">What the store did, or why it refused.</param>
/// <param name="Object">The object number of the event, or of the one that is in the way; 0 if there is none.</param>
/// <param name="Sequence">The sequence number of that event's entry; 0 if there is none.</param>
public sealed record EventWriteResult(EventOutcome Outcome, long Object = 0, long Sequence = 0)
{
    /// <summary>
    /// On <see cref="EventOutcome.Cycle"/>, the items from the parent up to the child, by key; on
    /// <see cref="EventOutcome.Held"/>, the one that is held.
    /// </summary>
    public IReadOnlyList<ItemKey> Path { get; init; } = [];

    /// <summary>
    /// The holds that must go on to what was made from their items: this event is such a hold, or it came late and
    /// handed them on, or it voided a release.
    /// </summary>
    public IReadOnlyList<long> Spreads { get; init; } = [];

    /// <summary>On <see cref="EventOutcome.Failed"/>, the error for the caller; otherwise null.</summary>
    public Error? Error { get; init; }

    /// <summary>The result of a write that failed in the store. Nothing of it is stored.</summary>
    public static EventWriteResult Failed(Error error) => new(EventOutcome.Failed) { Error = error };
}
