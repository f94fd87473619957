using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells where an item is: where its own latest event with a place says, or, where that is later, with what it is in.
/// So whoever moves a pallet moves all that is on it.
/// </summary>
internal sealed class PlaceFinder(IGraphReader store, long number)
{
    // A piece in a box on a pallet in a lorry: nothing real is deeper.
    public const int Deepest = 16;
    private const int FirstParts = 64;
    private const int MostParts = 16_384;

    /// <summary>The roles whose events say where an item is.</summary>
    public static IReadOnlyList<MemberRole> Roles { get; } =
    [MemberRole.Item, MemberRole.Output, MemberRole.Child, MemberRole.Removed, MemberRole.Covered];

    /// <summary>Where an item is; null where nothing says.</summary>
    public async ValueTask<ItemPlace?> FindAsync(long item, CancellationToken cancellationToken) =>
        await FindAsync(
            await OwnAsync(item, cancellationToken),
            await new CurrentParent(store, number).FindAsync(item, cancellationToken),
            cancellationToken
        );

    /// <summary>The same of an item whose own place, and what it is in, is known.</summary>
    public async ValueTask<ItemPlace?> FindAsync(
        ItemPlace? own,
        (ItemEvent Part, long Parent)? parent,
        CancellationToken cancellationToken
    )
    {
        // From the item upwards, each with the time since which the one before is in it.
        var chain = new List<(ItemPlace? Own, long Since)> { (own, long.MinValue) };
        while (parent is { } holder && chain.Count <= Deepest)
        {
            chain.Add((await OwnAsync(holder.Parent, cancellationToken), holder.Part.Time));
            parent = await new CurrentParent(store, number).FindAsync(holder.Parent, cancellationToken);
        }
        ItemPlace? place = null;
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            var (itself, since) = chain[i];
            if (place is null || itself?.Time >= place.Value.Time)
            {
                place = itself;
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
        foreach (var part in parts)
        {
            if (byEvent[part.Event].Select(static p => (long?)p.Item).FirstOrDefault() is { } place)
            {
                return new ItemPlace(place, part.Time);
            }
        }
        return null;
    }

    private async ValueTask<ItemPlace?> OwnAsync(long item, CancellationToken cancellationToken)
    {
        for (var limit = FirstParts; ; limit *= 16)
        {
            var parts = await store.PartsAsync(item, Roles, number, limit, cancellationToken);
            var place = await OfAsync(parts, cancellationToken);
            if (
                place is not null
                || limit >= MostParts
                || parts.CountBy(static p => p.Role).All(role => role.Value < limit)
            )
            {
                return place;
            }
        }
    }
}
