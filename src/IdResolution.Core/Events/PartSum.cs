namespace IdResolution.Core.Events;

/// <summary>How much of an item events name in one role and unit, for its balance.</summary>
/// <param name="Role">The role.</param>
/// <param name="Unit">The unit; null for pieces.</param>
/// <param name="Holder">
/// The template of what the item went into or came out of; null where that has none, or is not there.
/// </param>
/// <param name="Quantity">The sum of the quantities.</param>
/// <param name="Unsaid">The parts without a quantity.</param>
/// <param name="IsLot">True if one of the quantities tells more than one piece.</param>
/// <param name="Time">The time of the earliest part with a quantity; that of no part where none has.</param>
/// <param name="Event">The least object number of the events that name a quantity.</param>
public readonly record struct PartSum(
    MemberRole Role,
    string? Unit,
    string? Holder,
    decimal Quantity,
    long Unsaid,
    bool IsLot,
    long Time,
    long Event
);
