namespace IdResolution.Core.Events;

/// <summary>An item as it was at a number of the log.</summary>
/// <param name="Item">The key of the item.</param>
/// <param name="Number">The number of the log.</param>
public readonly record struct ItemAt(ItemKey Item, long Number);
