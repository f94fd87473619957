using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells where an item is: where its own latest event with a place says, or, where that is later, with what it is in.
/// So whoever moves a pallet moves all that is on it, and what came off it later is where it was then.
/// </summary>
internal sealed class PlaceFinder(IGraphReader store, long number)
{
    // A piece in a box on a pallet in a lorry: nothing real is deeper.
    public const int Deepest = 16;
    private const int FirstParts = 64;
    private const int MostParts = 16_384;

    // What a carrier was sent by is among its latest parts, or long ago.
    private const int MostOfJourney = 1_024;

    /// <summary>The roles whose events say where an item is.</summary>
    public static IReadOnlyList<MemberRole> Roles { get; } =
    [MemberRole.Item, MemberRole.Output, MemberRole.Child, MemberRole.Removed, MemberRole.Covered];

    // Who takes something off a carrier says where the carrier is.
    private static readonly MemberRole[] s_holderRoles = [.. Roles, MemberRole.RemovedFrom];

    private static readonly MemberRole[] s_child = [MemberRole.Child];
    private static readonly MemberRole[] s_parent = [MemberRole.Parent];

    private readonly List<ItemEvent> _journey = [];

    /// <summary>
    /// True where a shipment without a place ends the place, until the item comes back. The stock knows by itself what
    /// left.
    /// </summary>
    public bool EndsWithShipment { get; init; }

    /// <summary>True if the item is a lot, of which a part may be sent.</summary>
    public bool IsOfLot { get; init; }

    /// <summary>
    /// By what events the item was moved, sent and received with what it is in, when it was looked for by its parts and
    /// a shipment ends a place.
    /// </summary>
    public IReadOnlyList<ItemEvent> Journey => _journey;

    /// <summary>Where an item is, or was at a time; null where nothing says.</summary>
    public ValueTask<ItemPlace?> FindAsync(
        long item,
        CancellationToken cancellationToken,
        long until = long.MaxValue
    ) => FindAsync(item, until, 0, cancellationToken);

    /// <summary>The same of an item whose own place, and what it is in, is known.</summary>
    public async ValueTask<ItemPlace?> FindAsync(
        long item,
        ItemPlace? own,
        (ItemEvent Part, long Parent)? parent,
        CancellationToken cancellationToken
    ) =>
        await HighestAsync(
            parent is null ? await TakenOffAsync(item, own, long.MaxValue, 0, cancellationToken) : own,
            parent,
            long.MaxValue,
            0,
            cancellationToken
        );

    private async ValueTask<ItemPlace?> FindAsync(
        long item,
        long until,
        int depth,
        CancellationToken cancellationToken
    ) =>
        await HighestAsync(
            await OwnAsync(item, depth == 0 ? Roles : s_holderRoles, until, depth, cancellationToken),
            await new CurrentParent(store, number).FindAsync(item, cancellationToken, until),
            until,
            depth,
            cancellationToken
        );

    /// <summary>Where an item is that has a place of its own and is in something.</summary>
    private async ValueTask<ItemPlace?> HighestAsync(
        ItemPlace? own,
        (ItemEvent Part, long Parent)? parent,
        long until,
        int depth,
        CancellationToken cancellationToken
    )
    {
        // From the item upwards, each with the time since which the one before is in it.
        var chain = new List<(ItemPlace? Own, long Since)> { (own, long.MinValue) };
        var within = long.MinValue;
        while (parent is { } holder && chain.Count <= Deepest)
        {
            within = Math.Max(within, holder.Part.Time);
            var journey = EndsWithShipment && depth == 0 ? within : long.MaxValue;
            var itself = await OwnAsync(holder.Parent, Roles, until, depth, cancellationToken, journey);
            chain.Add((itself, holder.Part.Time));
            parent = await new CurrentParent(store, number).FindAsync(holder.Parent, cancellationToken, until);
        }
        ItemPlace? place = null;
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            var (itself, since) = chain[i];
            if (place is null || itself?.Time >= place.Value.Time)
            {
                place = itself;
            }
            if (place is { Place: 0, Time: var left } && left < since)
            {
                // It was put on something that had been sent away, and is where it was.
                place = null;
            }
            if (place is { } here)
            {
                // What is inside came to it no earlier than it was put in.
                place = here with
                {
                    Time = Math.Max(here.Time, since),
                };
            }
        }
        return place;
    }

    /// <summary>What the first of some parts of an item, the latest first, says that has a place.</summary>
    public async ValueTask<ItemPlace?> OfAsync(IReadOnlyList<ItemEvent> parts, CancellationToken cancellationToken)
    {
        var places = await store.MembersAsync(
            [.. parts.Select(static p => p.Event).Distinct()],
            [MemberRole.Place],
            cancellationToken
        );
        var byEvent = places.ToLookup(static p => p.Event);
        var isBack = !EndsWithShipment;
        foreach (var part in parts)
        {
            if (byEvent[part.Event].Select(static p => (long?)p.Item).FirstOrDefault() is { } place)
            {
                return new ItemPlace(place, part.Time);
            }
            if (part.Type == EventType.Ship && !isBack && IsAll(part))
            {
                return new ItemPlace(0, part.Time);
            }
            isBack |=
                part.Type is EventType.Receive or EventType.Commission
                || part.Role is MemberRole.Removed or MemberRole.Output;
        }
        return null;
    }

    /// <summary>True if an event is about all of the item.</summary>
    private bool IsAll(in ItemEvent part) =>
        part.Quantity is null || (!IsOfLot && !LotBalance.IsOfLot(part.Quantity, part.Unit));

    private async ValueTask<ItemPlace?> OwnAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long until,
        int depth,
        CancellationToken cancellationToken,
        long journey = long.MaxValue
    )
    {
        for (var limit = FirstParts; ; limit *= 16)
        {
            var parts = await store.PartsAsync(item, roles, number, limit, cancellationToken);
            var isWhole = limit >= MostParts || parts.CountBy(static p => p.Role).All(role => role.Value < limit);
            var place = await OfAsync(
                until == long.MaxValue ? parts : [.. parts.Where(part => part.Time <= until)],
                cancellationToken
            );
            var sent = parts.Where(part => part.Time >= journey && IsOfJourney(part.Type)).ToList();
            var isSeen = journey == long.MaxValue || sent.Count > 0 || limit >= MostOfJourney;
            if ((place is not null && isSeen) || isWhole)
            {
                _journey.AddRange(sent);
                return await TakenOffAsync(item, place, until, depth, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Where an item was left that came off a carrier later than its own place: where the carrier was then.
    /// </summary>
    private async ValueTask<ItemPlace?> TakenOffAsync(
        long item,
        ItemPlace? own,
        long until,
        int depth,
        CancellationToken cancellationToken
    )
    {
        if (depth >= Deepest)
        {
            return own;
        }
        IReadOnlyList<ItemEvent> parts;
        var limit = FirstParts;
        do
        {
            parts = await store.PartsAsync(item, s_child, number, limit, cancellationToken);
            limit *= 16;
        } while (parts.Count == limit / 16 && parts[^1].Time > until && limit <= MostParts);
        if (
            parts.FirstOrDefault(part => part.Time <= until) is not { Event: > 0 } put
            || (await store.MembersAsync([put.Event], s_parent, cancellationToken)) is not [var parent, ..]
        )
        {
            return own;
        }
        var containment = new Containment(store, number);
        var end = await containment.EndAsync(parent.Item, item, put.Time, put.Event, cancellationToken);
        if (end == long.MaxValue || end > until || end <= own?.Time)
        {
            return own;
        }
        var left = await FindAsync(parent.Item, end, depth + 1, cancellationToken);
        // What came off something that had been sent away before it was put on is where it was.
        return left is { Place: not 0 } || left?.Time >= put.Time ? left.Value with { Time = end } : own;
    }

    private static bool IsOfJourney(EventType type) => type is EventType.Move or EventType.Ship or EventType.Receive;
}
