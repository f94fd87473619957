namespace IdResolution.Core.Events;

/// <summary>A member of an event as the store has it.</summary>
/// <param name="Event">The object number of the event.</param>
/// <param name="Row">The row in the event, from 0.</param>
/// <param name="Role">The part.</param>
/// <param name="Item">The number of the item.</param>
/// <param name="Quantity">How much of it; null where nobody said.</param>
/// <param name="Unit">The unit; null for pieces.</param>
/// <param name="Position">The position in the parent; null where nobody said.</param>
public readonly record struct EventPart(
    long Event,
    int Row,
    MemberRole Role,
    long Item,
    string? Quantity,
    string? Unit,
    string? Position
);
