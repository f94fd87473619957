using System.Globalization;

namespace IdResolution.Core.Traceability;

/// <summary>So much of an item at one place or on one carrier.</summary>
/// <param name="Unit">The unit; empty for pieces.</param>
/// <param name="Place">The number of the place where it was last brought; 0 where nobody said.</param>
/// <param name="Carrier">The number of the carrier that it was put on since; 0 for none.</param>
/// <param name="Quantity">How much; null where nobody said.</param>
/// <param name="Since">When it came there, in microseconds since 1970 UTC.</param>
/// <param name="IsAway">True if it was sent away by itself.</param>
internal readonly record struct StockHolding(
    string Unit,
    long Place,
    long Carrier,
    decimal? Quantity,
    long Since,
    bool IsAway = false
)
{
    /// <summary>The quantity as text; empty where nobody said.</summary>
    public string QuantityText => Quantity is { } quantity ? TextOf(quantity) : "";

    /// <summary>A quantity as canonical text.</summary>
    public static string TextOf(decimal quantity) =>
        quantity.ToString("0.############################", CultureInfo.InvariantCulture);
}
