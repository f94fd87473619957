using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>A link that a walk went over.</summary>
/// <param name="From">What was made, or contains, covers or ships.</param>
/// <param name="To">What it was made from, or what it contains, covers or ships.</param>
/// <param name="Backward">True if the walk came from <see cref="From"/>.</param>
/// <param name="Link">The link as the store has it; its near end is where the walk came from.</param>
/// <param name="IsShown">False if the query's filter leaves it out.</param>
public readonly record struct TraceLink(TraceItem From, TraceItem To, bool Backward, EventLink Link, bool IsShown)
{
    /// <summary>The id of the event as a partner is told it; null for the one of all others.</summary>
    public Guid? EventId { get; init; }

    /// <summary>How much of <see cref="To"/> is in the event; null where nobody said.</summary>
    public string? Quantity => Backward ? Link.FarQuantity : Link.NearQuantity;

    /// <summary>The unit of the quantity; null for pieces.</summary>
    public string? Unit => Backward ? Link.FarUnit : Link.NearUnit;
}
