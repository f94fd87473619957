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
    /// <summary>The roles that a balance is made of.</summary>
    public static IReadOnlyList<MemberRole> Roles { get; } =
    [MemberRole.Output, MemberRole.Input, MemberRole.Child, MemberRole.Removed, MemberRole.Covered, MemberRole.Item];

    /// <summary>Those of them whose order does not matter: their sums say all.</summary>
    internal static IReadOnlyList<MemberRole> SummedRoles { get; } =
    [MemberRole.Output, MemberRole.Input, MemberRole.Child, MemberRole.Removed];

    /// <summary>The others.</summary>
    internal static IReadOnlyList<MemberRole> OrderedRoles { get; } = [MemberRole.Covered, MemberRole.Item];

    /// <summary>
    /// What is left; null where nobody said how much was made. Below zero where more was used than made.
    /// </summary>
    public decimal? Left => Made - Used - Shipped - Scrapped;

    /// <summary>
    /// The balances of an item by unit; those of one kind, such as kilograms and grams, are one. Parts without a
    /// quantity do not count. An item of which nothing has a quantity has none.
    /// </summary>
    /// <param name="parts">The parts whose order matters, and others.</param>
    /// <param name="sums">The sums of further parts.</param>
    /// <param name="made">What was made where no part says so; null where nobody knows.</param>
    internal static IReadOnlyList<LotBalance> Of(
        IReadOnlyList<ItemEvent> parts,
        IReadOnlyList<PartSum> sums,
        TraceAmount? made = null
    )
    {
        var amounts =
            new List<(long Time, long Event, MemberRole Role, EventType Type, decimal Quantity, string? Unit)>();
        foreach (var part in parts)
        {
            if (TryRead(part.Quantity, out var quantity))
            {
                amounts.Add((part.Time, part.Event, part.Role, part.Type, quantity, part.Unit));
            }
        }
        foreach (var sum in sums)
        {
            if (sum.Time != long.MaxValue)
            {
                amounts.Add((sum.Time, sum.Event, sum.Role, default, sum.Quantity, sum.Unit));
            }
        }
        var balances = new Dictionary<string, LotBalance>(StringComparer.Ordinal);
        foreach (
            var (_, _, role, type, quantity, unit) in amounts.OrderBy(static a => a.Time).ThenBy(static a => a.Event)
        )
        {
            var (kind, factor) = MeasuredUnit.Of(unit);
            var before = balances.GetValueOrDefault(kind, new LotBalance(unit, null, 0, 0, 0));
            balances[kind] = before.With(role, type, quantity * factor / MeasuredUnit.Of(before.Unit).Factor);
        }
        if (made is { } known && balances.Values.All(static balance => balance.Made is null))
        {
            var (kind, factor) = MeasuredUnit.Of(known.Unit);
            var balance = balances.GetValueOrDefault(kind, new LotBalance(known.Unit, null, 0, 0, 0));
            balances[kind] = balance with { Made = known.Quantity * factor / MeasuredUnit.Of(balance.Unit).Factor };
        }
        return [.. balances.Values];
    }

    /// <inheritdoc cref="PartSums.TryRead"/>
    public static bool TryRead(string? text, out decimal quantity) => PartSums.TryRead(text, out quantity);

    /// <summary>True for a quantity that tells that an item is a lot: any but that of one piece.</summary>
    public static bool IsOfLot(string? text, string? unit) =>
        TryRead(text, out var quantity) && (unit is not null || quantity != 1);

    private LotBalance With(MemberRole role, EventType type, decimal quantity) =>
        (role, type) switch
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
