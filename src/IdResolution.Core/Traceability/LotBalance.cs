using System.Globalization;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What became of a lot: how much was made, used, shipped and scrapped, and what is left. All are sums of what events
/// say, in one unit.
/// </summary>
/// <param name="Unit">The unit; null for pieces.</param>
/// <param name="Made">What came out of its making; null where no event says.</param>
/// <param name="Used">What was an input, or went into a parent.</param>
/// <param name="Shipped">What was shipped.</param>
/// <param name="Scrapped">What was destroyed or taken out of use.</param>
public sealed record LotBalance(string? Unit, decimal? Made, decimal Used, decimal Shipped, decimal Scrapped)
{
    private const decimal Greatest = 1_000_000_000_000_000m;

    /// <summary>The roles that a balance is made of.</summary>
    public static IReadOnlyList<MemberRole> Roles { get; } =
    [MemberRole.Output, MemberRole.Input, MemberRole.Child, MemberRole.Removed, MemberRole.Covered, MemberRole.Item];

    /// <summary>
    /// What is left; null where nobody said how much was made. Below zero where more was used than made.
    /// </summary>
    public decimal? Left => Made - Used - Shipped - Scrapped;

    /// <summary>
    /// The balances of an item by unit, from its parts in events. Parts without a quantity do not count. An item of
    /// which nothing has a quantity has none.
    /// </summary>
    /// <param name="parts">The parts.</param>
    /// <param name="converts">True to take units of one kind, such as kilograms and grams, together.</param>
    /// <param name="made">What was made where no part says so; null where nobody knows.</param>
    public static IReadOnlyList<LotBalance> Of(
        IReadOnlyList<ItemEvent> parts,
        bool converts = false,
        TraceAmount? made = null
    )
    {
        ArgumentNullException.ThrowIfNull(parts);
        var balances = new Dictionary<string, LotBalance>(StringComparer.Ordinal);
        foreach (var part in parts.OrderBy(static p => p.Time).ThenBy(static p => p.Event))
        {
            if (!TryRead(part.Quantity, out var quantity))
            {
                continue;
            }
            var (kind, factor) = converts ? MeasuredUnit.Of(part.Unit) : (part.Unit ?? "", 1);
            var before = balances.GetValueOrDefault(kind, new LotBalance(part.Unit, null, 0, 0, 0));
            var inUnit = converts ? quantity * factor / MeasuredUnit.Of(before.Unit).Factor : quantity;
            balances[kind] = before.With(part, inUnit);
        }
        if (made is { } known && balances.Values.All(static balance => balance.Made is null))
        {
            var (kind, factor) = MeasuredUnit.Of(known.Unit);
            var balance = balances.GetValueOrDefault(kind, new LotBalance(known.Unit, null, 0, 0, 0));
            balances[kind] = balance with { Made = known.Quantity * factor / MeasuredUnit.Of(balance.Unit).Factor };
        }
        return [.. balances.Values];
    }

    /// <summary>
    /// Reads a quantity; false if none was given, or one that no lot has. Quantities may have a hundred digits, and
    /// sums and products of such would leave the range of a decimal.
    /// </summary>
    public static bool TryRead(string? text, out decimal quantity) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out quantity)
        && Math.Abs(quantity) <= Greatest;

    /// <summary>True for a quantity that tells that an item is a lot: any but that of one piece.</summary>
    public static bool IsOfLot(string? text, string? unit) =>
        TryRead(text, out var quantity) && (unit is not null || quantity != 1);

    private LotBalance With(in ItemEvent part, decimal quantity) =>
        (part.Role, part.Type) switch
        {
            (MemberRole.Output, _) or (MemberRole.Item, EventType.Commission) => this with
            {
                Made = (Made ?? 0) + quantity,
            },
            (MemberRole.Input, _) or (MemberRole.Child, _) => this with { Used = Used + quantity },
            (MemberRole.Removed, _) => this with { Used = Used - quantity },
            // What arrives is what was sent before, as far as that goes; the rest comes from outside.
            (MemberRole.Item, EventType.Receive) => this with { Shipped = Math.Max(0, Shipped - quantity) },
            (MemberRole.Covered, EventType.Ship) => this with { Shipped = Shipped + quantity },
            (MemberRole.Item, EventType.Destroy or EventType.Decommission) => this with
            {
                Scrapped = Scrapped + quantity,
            },
            _ => this,
        };
}
