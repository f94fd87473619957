namespace IdResolution.Core.Events;

/// <summary>The limits that values had.</summary>
/// <param name="Count">How many values had one.</param>
/// <param name="Min">The least; null for none.</param>
/// <param name="Max">The greatest; null for none.</param>
public readonly record struct LimitRange(long Count, double? Min, double? Max)
{
    /// <summary>The limit that all of so many values had; null where they had none, or several.</summary>
    public double? Of(long values) => Count == values && Min == Max ? Min : null;

    /// <summary>Both together.</summary>
    public LimitRange With(LimitRange other) =>
        new(Count + other.Count, MeasurementSums.Least(Min, other.Min), MeasurementSums.Greatest(Max, other.Max));
}
