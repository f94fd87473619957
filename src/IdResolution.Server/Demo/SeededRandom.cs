using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Server.Demo;

/// <summary>Random values as a plant's data show them, the same for the same seed.</summary>
[SuppressMessage(
    "Security",
    "CA5394",
    Justification = "Demonstration data that must repeat for a seed; nothing secret comes from it."
)]
internal sealed class SeededRandom(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A normally distributed value, cut at four deviations so that it stays physical.</summary>
    public double Normal(double mean, double deviation)
    {
        var standard =
            Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return mean + (deviation * Math.Clamp(standard, -4, 4));
    }

    /// <summary>A normally distributed measurement, read to so many decimals.</summary>
    public decimal Normal(double mean, double deviation, int decimals) => Rounded(Normal(mean, deviation), decimals);

    /// <summary>A value as an instrument shows it.</summary>
    public static decimal Rounded(double value, int decimals) => Math.Round((decimal)value, decimals);

    /// <summary>A whole number, both ends included.</summary>
    public int Integer(int least, int greatest) => _random.Next(least, greatest + 1);

    /// <summary>True with a probability.</summary>
    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>One of several.</summary>
    public T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>A moment between 08:00 and 20:00 of a day, plant time, RFC 3339.</summary>
    public string Moment(DateOnly day) =>
        $"{day:yyyy-MM-dd}T{Integer(8, 19):00}:{Integer(0, 59):00}:{Integer(0, 59):00}+08:00";

    /// <summary>The digest a file would have.</summary>
    public string Digest()
    {
        var bytes = new byte[32];
        _random.NextBytes(bytes);
        return "sha-256:" + Convert.ToHexStringLower(bytes);
    }
}
