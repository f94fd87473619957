namespace IdResolution.Core.Analysis;

/// <summary>What one item brings to a roll-up.</summary>
/// <param name="Values">Its values; empty where it has none.</param>
/// <param name="Unit">Their unit; null for none.</param>
/// <param name="Weight">Its weight; null where it has none.</param>
/// <param name="WeightUnit">The unit of the weight; null for none.</param>
/// <param name="Part">Which part of the values is its own: an event may have measured several items at once.</param>
internal readonly record struct RollupValue(
    IReadOnlyList<decimal> Values,
    string? Unit,
    decimal? Weight = null,
    string? WeightUnit = null,
    decimal Part = 1
);
