namespace IdResolution.Core.Events;

/// <summary>The part of an item in one event, for its status.</summary>
/// <param name="Event">The object number of the event.</param>
/// <param name="Made">The sequence number of the event's entry.</param>
/// <param name="Type">The type of the event.</param>
/// <param name="Time">The time of the event, in microseconds since 1970 UTC.</param>
/// <param name="Role">The part.</param>
/// <param name="Quantity">How much of the item; null where nobody said.</param>
/// <param name="Unit">The unit; null for pieces.</param>
/// <param name="Position">The position in the parent; null where nobody said.</param>
public readonly record struct ItemEvent(
    long Event,
    long Made,
    EventType Type,
    long Time,
    MemberRole Role,
    string? Quantity,
    string? Unit,
    string? Position
);
