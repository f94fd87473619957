namespace IdResolution.Core.Events;

/// <summary>That an item, or so much of a lot, is at a place.</summary>
/// <param name="Place">The key of the place; null for nowhere: with its holder it is on its way.</param>
/// <param name="Item">The number of the item, which is registered.</param>
/// <param name="Unit">The unit of the quantity; empty for pieces.</param>
/// <param name="Holder">The key of the pallet or other carrier that it is on; null for none.</param>
/// <param name="Template">The code of the item's template; empty without one.</param>
/// <param name="Quantity">How much, as canonical decimal text; empty where nobody said.</param>
/// <param name="Age">
/// What the oldest is found by, in microseconds since 1970 UTC: when the item expires where its template says that the
/// first to expire goes out first, else when it came in.
/// </param>
public sealed record StockRow(
    ItemKey? Place,
    long Item,
    string Unit,
    ItemKey? Holder,
    string Template,
    string Quantity,
    long Age
)
{
    /// <summary>The name of the log reader that reckons the stock, and of its lease.</summary>
    public const string ReaderName = "stock";

    /// <summary>Where the row stands in lists.</summary>
    public StockPosition Position => new(Place, Item, Unit, Holder);
}
