namespace IdResolution.Core.Events;

/// <summary>A link between two items that an event says.</summary>
/// <param name="Near">The number of the item that was asked for.</param>
/// <param name="Far">The number of the item at the other end.</param>
/// <param name="Kind">One kind.</param>
/// <param name="Event">The object number of the event.</param>
/// <param name="Type">The type of the event.</param>
/// <param name="Time">The time of the event, in microseconds since 1970 UTC.</param>
/// <param name="NearRow">The row of the item in the event, from 0.</param>
/// <param name="Row">The row of the other item in the event, from 0.</param>
/// <param name="NearQuantity">How much of the item asked for is in the event; null where nobody said.</param>
/// <param name="NearUnit">Its unit; null for pieces.</param>
/// <param name="FarQuantity">How much of the other item is in the event; null where nobody said.</param>
/// <param name="FarUnit">Its unit; null for pieces.</param>
/// <param name="Position">Where in the parent the child is; null where nobody said.</param>
public readonly record struct EventLink(
    long Near,
    long Far,
    LinkKinds Kind,
    long Event,
    EventType Type,
    long Time,
    int NearRow,
    int Row,
    string? NearQuantity,
    string? NearUnit,
    string? FarQuantity,
    string? FarUnit,
    string? Position
);
