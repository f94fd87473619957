namespace IdResolution.Core.Events;

/// <summary>The position of a row in the stock, which is ordered by these: its key.</summary>
/// <param name="Place">The key of the place; null for nowhere, which is before all others.</param>
/// <param name="Item">The number of the item.</param>
/// <param name="Unit">The unit; empty for pieces.</param>
/// <param name="Holder">The key of the carrier; null for none.</param>
public readonly record struct StockPosition(ItemKey? Place, long Item, string Unit, ItemKey? Holder);
