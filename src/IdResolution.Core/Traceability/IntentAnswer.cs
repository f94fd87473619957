using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>Whether an item may be used as somebody wants.</summary>
/// <param name="Identifier">The item.</param>
/// <param name="Reasons">All that is against it; empty where it may.</param>
/// <param name="Recorded">
/// The event that was recorded; null where none was asked for, or something is against it.
/// </param>
public sealed record IntentAnswer(
    string Identifier,
    IReadOnlyList<IntentReason> Reasons,
    RecordedEvent? Recorded = null
)
{
    /// <summary>What became of the order of an event that was recorded; null without one.</summary>
    public Fulfilment? Order { get; init; }

    /// <summary>True where nothing is against it.</summary>
    public bool IsAllowed => Reasons.Count == 0;
}

/// <summary>One reason why an item may not be used.</summary>
/// <param name="Code">The code, such as <c>Held</c>, for programs.</param>
/// <param name="Message">The same for people.</param>
public sealed record IntentReason(string Code, Text Message);
