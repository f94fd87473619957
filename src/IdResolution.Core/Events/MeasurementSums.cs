namespace IdResolution.Core.Events;

/// <summary>Sums of measured values, from which a mean and a standard deviation come.</summary>
public sealed record MeasurementSums
{
    /// <summary>The number of measurements, those without a number too.</summary>
    public long Count { get; init; }

    /// <summary>The number of values beyond one of their limits.</summary>
    public long OutOfLimits { get; init; }

    /// <summary>The number of values.</summary>
    public long Values { get; init; }

    /// <summary>The sum of the values.</summary>
    public double Sum { get; init; }

    /// <summary>The sum of the squares of their distances from the mean.</summary>
    public double Spread { get; init; }

    /// <summary>The least value; null without values.</summary>
    public double? Min { get; init; }

    /// <summary>The greatest value; null without values.</summary>
    public double? Max { get; init; }

    /// <summary>The lower limits.</summary>
    public LimitRange Low { get; init; }

    /// <summary>The upper limits.</summary>
    public LimitRange High { get; init; }

    /// <summary>The mean; null without values.</summary>
    public double? Mean => Values > 0 ? Sum / Values : null;

    /// <summary>The standard deviation of the sample; null for fewer than two values.</summary>
    public double? Deviation => Values < 2 ? null : Math.Sqrt(Spread / (Values - 1));

    /// <summary>The lower limit that all values had; null where they had none, or several.</summary>
    public double? LowLimit => Values > 0 ? Low.Of(Values) : null;

    /// <summary>The upper limit that all values had; null where they had none, or several.</summary>
    public double? HighLimit => Values > 0 ? High.Of(Values) : null;

    /// <summary>
    /// How often the spread of the values fits between both limits: their distance in six standard deviations. Null
    /// without both, or where the values do not differ.
    /// </summary>
    public double? Cp =>
        LowLimit is { } low && HighLimit is { } high && Deviation is > 0 and var s ? (high - low) / (6 * s) : null;

    /// <summary>
    /// The distance of the mean from the nearer limit, in three standard deviations; null without any.
    /// </summary>
    public double? Cpk =>
        Deviation is > 0 and var s ? Least((Mean - LowLimit) / (3 * s), (HighLimit - Mean) / (3 * s)) : null;

    /// <summary>Both together.</summary>
    public MeasurementSums With(MeasurementSums other)
    {
        ArgumentNullException.ThrowIfNull(other);
        // What the means differ by spreads the values too (Chan, Golub and LeVeque 1979).
        var apart = (Mean - other.Mean) ?? 0;
        var between = apart * apart * Values * other.Values / Math.Max(1, Values + other.Values);
        return new()
        {
            Count = Count + other.Count,
            OutOfLimits = OutOfLimits + other.OutOfLimits,
            Values = Values + other.Values,
            Sum = Sum + other.Sum,
            Spread = Spread + other.Spread + between,
            Min = Least(Min, other.Min),
            Max = Greatest(Max, other.Max),
            Low = Low.With(other.Low),
            High = High.With(other.High),
        };
    }

    internal static double? Least(double? one, double? other) =>
        one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    internal static double? Greatest(double? one, double? other) =>
        one is { } a && other is { } b ? Math.Max(a, b) : one ?? other;
}
