using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Server.Demo;

/// <summary>Random values such as a plant's data show. The same seed gives the same values.</summary>
[SuppressMessage(
    "Security",
    "CA5394",
    Justification = "Demonstration data that must repeat for a seed; nothing secret comes from it."
)]
internal sealed class SeededRandom(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>
    /// A normally distributed value, cut off at four deviations so that it stays physically possible.
    /// </summary>
    public double Normal(double mean, double deviation)
    {
        var standard =
            Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return mean + (deviation * Math.Clamp(standard, -4, 4));
    }

    /// <summary>A normally distributed value, rounded as an instrument shows it.</summary>
    public decimal Normal(double mean, double deviation, int decimals) => Rounded(Normal(mean, deviation), decimals);

    public static decimal Rounded(double value, int decimals) => Math.Round((decimal)value, decimals);

    /// <summary>A whole number; both ends are included.</summary>
    public int Integer(int least, int greatest) => _random.Next(least, greatest + 1);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>A moment of a day between 08:00 and 20:00 plant time, in RFC 3339.</summary>
    public string Moment(DateOnly day) =>
        $"{day:yyyy-MM-dd}T{Integer(8, 19):00}:{Integer(0, 59):00}:{Integer(0, 59):00}+08:00";

    /// <summary>A made-up SHA-256 digest of a file.</summary>
    public string Digest()
    {
        var bytes = new byte[32];
        _random.NextBytes(bytes);
        return "sha-256:" + Convert.ToHexStringLower(bytes);
    }
}
