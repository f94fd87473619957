namespace IdResolution.Core.Traceability;

/// <summary>A hold in force on an item.</summary>
/// <param name="Event">The id of the hold's event.</param>
/// <param name="Time">When it was placed, in microseconds since 1970 UTC.</param>
/// <param name="Reason">Why; null where nobody said.</param>
/// <param name="IsOwn">True if it names this item, false if the item was made from one that it names.</param>
public sealed record HoldStatus(Guid Event, long Time, string? Reason, bool IsOwn);
