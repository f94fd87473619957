using System.Collections.Frozen;
using IdResolution.Core.Traceability;

namespace IdResolution.Core.Analysis;

/// <summary>The unit of a value that is multiplied by its weight.</summary>
internal static class RollupUnit
{
    private const string Kilogram = "KGM";
    private const string Gram = "GRM";

    // Parts of a whole, as attributes and as events name them.
    private static readonly FrozenDictionary<string, decimal> s_parts = new Dictionary<string, decimal>
    {
        ["%"] = 0.01m,
        ["P1"] = 0.01m,
        ["‰"] = 0.001m,
        ["ppm"] = 0.000001m,
        ["59"] = 0.000001m,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// What the product is in, and what it is multiplied by for that. A part of a mass is a mass, in grams, since such
    /// parts are small; mg/cm² of an area are mg. Of units that say nothing of each other both stay.
    /// </summary>
    public static (string? Unit, string? WeightUnit, decimal Factor) Of(string? unit, string? weightUnit)
    {
        if (unit is null || weightUnit is null)
        {
            return (unit, weightUnit, 1);
        }
        var (kind, size) = MeasuredUnit.Of(MeasuredUnit.CodeOf(weightUnit));
        if (s_parts.TryGetValue(unit, out var part))
        {
            return kind == Kilogram ? (Gram, null, part * size * 1_000) : (weightUnit, null, part);
        }
        if (unit.Split('/') is [var amount, var per])
        {
            var (perKind, perSize) = MeasuredUnit.Of(MeasuredUnit.CodeOf(per));
            if (perKind == kind)
            {
                return (amount, null, size / perSize);
            }
        }
        return (unit, weightUnit, 1);
    }
}
