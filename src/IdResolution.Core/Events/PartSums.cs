using System.Globalization;

namespace IdResolution.Core.Events;

/// <summary>Sums the quantities of an item's parts in events up. Not thread-safe.</summary>
public sealed class PartSums
{
    // Quantities may have a hundred digits, and sums and products of such would leave the range of a decimal.
    private const decimal Greatest = 1_000_000_000_000_000m;

    private readonly Dictionary<(MemberRole Role, string? Unit, string? Holder), PartSum> _sums = [];

    /// <summary>The sums, in no order.</summary>
    public IReadOnlyCollection<PartSum> All => _sums.Values;

    /// <summary>Adds parts of one quantity.</summary>
    /// <param name="role">Their role.</param>
    /// <param name="quantity">The quantity of each; null where nobody said.</param>
    /// <param name="unit">Their unit.</param>
    /// <param name="holder">The template of what the item went into or came out of.</param>
    /// <param name="count">How many parts they are.</param>
    /// <param name="first">The time of the earliest, and the least object number of their events.</param>
    public void Add(
        MemberRole role,
        string? quantity,
        string? unit,
        string? holder,
        long count,
        (long Time, long Event) first
    )
    {
        var key = (role, unit, holder);
        if (!_sums.TryGetValue(key, out var sum))
        {
            sum = new PartSum(role, unit, holder, 0, 0, false, long.MaxValue, long.MaxValue);
        }
        _sums[key] = TryRead(quantity, out var each)
            ? sum with
            {
                Quantity = sum.Quantity + (each * count),
                IsLot = sum.IsLot || unit is not null || each != 1,
                Time = Math.Min(sum.Time, first.Time),
                Event = Math.Min(sum.Event, first.Event),
            }
            : sum with
            {
                Unsaid = sum.Unsaid + count,
            };
    }

    /// <summary>Reads a quantity; false if none was given, or one that no lot has.</summary>
    public static bool TryRead(string? text, out decimal quantity) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out quantity)
        && Math.Abs(quantity) <= Greatest;
}
