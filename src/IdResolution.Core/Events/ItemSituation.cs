namespace IdResolution.Core.Events;

/// <summary>What a scan asks of an item first.</summary>
/// <param name="IsHeld">True if a hold on it is in force.</param>
/// <param name="Roles">
/// Its roles in events that count, and the types of those, in no order; null where there are more than were asked for.
/// </param>
public readonly record struct ItemSituation(bool IsHeld, IReadOnlyList<(MemberRole Role, EventType Type)>? Roles);
