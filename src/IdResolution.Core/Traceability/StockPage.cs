namespace IdResolution.Core.Traceability;

/// <summary>A page of the stock.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Next">Where the next page goes on; null on the last one.</param>
/// <param name="Number">The last entry of the log that the stock has.</param>
/// <param name="Behind">How many entries of the log it has not yet.</param>
public sealed record StockPage(IReadOnlyList<StockLine> Lines, string? Next, long Number, long Behind);

/// <summary>That an item, or so much of a lot, is at a place.</summary>
/// <param name="Identifier">The item.</param>
/// <param name="Template">The code of its template; null without one.</param>
/// <param name="Place">The place: an identifier or a text.</param>
/// <param name="In">The pallet or other carrier that it is on; null for none.</param>
/// <param name="Quantity">How much, a decimal number; null where nobody said.</param>
/// <param name="Unit">The unit; null for pieces.</param>
public sealed record StockLine(
    string Identifier,
    string? Template,
    string Place,
    string? In,
    string? Quantity,
    string? Unit
);
