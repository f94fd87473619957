namespace IdResolution.Core.Events;

/// <summary>A hold in force on an item.</summary>
/// <param name="Item">The number of the item.</param>
/// <param name="Hold">The object number of the hold's event.</param>
/// <param name="IsOwn">True if the hold names this item, false if the item was made from one that it names.</param>
public readonly record struct ItemHold(long Item, long Hold, bool IsOwn);
