using IdResolution.Core.Events;

namespace IdResolution.Core.Analysis;

/// <summary>The figure over the values in one unit.</summary>
/// <param name="Unit">The unit of the values; null for none.</param>
/// <param name="WeightUnit">The unit of the weights; null for none.</param>
/// <param name="Value">The figure.</param>
/// <param name="Items">How many items it is made of.</param>
/// <param name="Lowest">The first item with the least value.</param>
/// <param name="Highest">The first item with the greatest value.</param>
public sealed record RollupGroup(
    string? Unit,
    string? WeightUnit,
    decimal Value,
    int Items,
    TraceItem Lowest,
    TraceItem Highest
);
