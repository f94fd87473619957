using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells where an item is, in what, in which state, held or not. It is derived from the item's latest events, so that
/// late events and corrections count at once. Needs role reader or higher; a partner is told what the events say that
/// it sees. Thread-safe.
/// </summary>
public sealed class StatusReader(
    IEventStore store,
    IRecordStore records,
    EventIds ids,
    CatalogHolder catalog,
    EventSights sights
)
{
    // Most items have fewer events; the others are read again with more, and not without end.
    private const int FirstParts = 64;
    private const int MostParts = 16_384;
    private const int MostAtOnce = 256;

    private static readonly MemberRole[] s_otherRoles = [.. Enum.GetValues<MemberRole>().Except(PlaceFinder.Roles)];

    private readonly HoldReader _holds = new(store, ids);

    /// <summary>The status of an item.</summary>
    public async ValueTask<Result<ItemStatus>> ReadAsync(
        ItemName name,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        if (AccessPolicy.RequireAskingOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var number = await store.HeadAsync(cancellationToken);
        var item = (await sights.Items.NumbersAsync([name.Key], caller, cancellationToken))[0];
        var found = item == 0 ? [] : await store.ItemsAsync([item], cancellationToken);
        if (found.Count == 0)
        {
            return await TraceErrors.NoItemAsync(name, catalog.Current, records, cancellationToken, caller);
        }
        if (caller.Partner is not null)
        {
            return await ReadSeenAsync(found[0], number, caller, cancellationToken);
        }
        var places = new PlaceFinder(store, number) { EndsWithShipment = true, IsOfLot = IsOfLots(found[0]) };
        var latest = await LatestAsync(item, number, places, cancellationToken);
        var within = await new CurrentParent(store, number).FindAsync(item, cancellationToken);
        var place = await places.FindAsync(item, latest.Place, within, cancellationToken);
        var known = catalog.Current;
        var made = await new LotMade(records, known).OfAsync(found[0], cancellationToken);
        var book = await LotBook.ReadAsync(store, item, (number, long.MaxValue), known, made, cancellationToken);
        return new ItemStatus
        {
            Identifier = found[0].Spelling,
            Template = found[0].Template,
            IsRegistered = found[0].IsRegistered,
            Place = await SpellingAsync(place?.Place, cancellationToken),
            Parent = await SpellingAsync(within?.Parent, cancellationToken),
            Position = within?.Part.Position,
            Disposition = await WithCarriersAsync(latest.Disposition, places.Journey, cancellationToken),
            Holds = await HoldsAsync(item, cancellationToken),
            Balance = book.Balances,
            Lacks = await LacksAsync(found[0], number, cancellationToken),
            LastEvent = await LastAsync(item, number, latest.Parts, cancellationToken),
            Number = number,
        };
    }

    /// <summary>The status of an item by the events that a partner sees.</summary>
    private async ValueTask<ItemStatus> ReadSeenAsync(
        TraceItem item,
        long number,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var items = sights.Items.Of(caller)!;
        var view = await items.ReadAsync(item.Number, cancellationToken);
        var all = await store.PartsAsync(item.Number, PlaceFinder.Roles, number, MostParts, cancellationToken);
        ItemEvent[] parts = [.. all.Where(part => view?.Events.Contains(EventNames.Of(part.Type)) == true)];
        var places = new PlaceFinder(store, number) { EndsWithShipment = true, IsOfLot = IsOfLots(item) };
        var place = await places.OfAsync(parts, cancellationToken);
        var within = Shows(view, LinkKinds.Contains)
            ? await new CurrentParent(store, number).FindAsync(item.Number, cancellationToken)
            : null;
        await items.ReadAsync([place?.Place ?? 0, within?.Parent ?? 0], cancellationToken);
        // As in a trace, the grants of both ends name the kind.
        within = within is { } holder && Shows(items.Of(holder.Parent), LinkKinds.Contains) ? within : null;
        return new ItemStatus
        {
            Identifier = item.Spelling,
            Template = item.Template,
            IsRegistered = true,
            Place =
                place is { } at && items.Of(at.Place) is not null
                    ? await SpellingAsync(at.Place, cancellationToken)
                    : null,
            Parent = await SpellingAsync(within?.Parent, cancellationToken),
            Position = within?.Part.Position,
            Disposition = (await DispositionAsync(parts, cancellationToken))?.Text,
            Holds = await SeenHoldsAsync(item.Number, caller, cancellationToken),
            LastEvent = parts.Length > 0 ? parts[0].Time : null,
            Number = 0,
        };
    }

    private static bool Shows(GrantedView? view, LinkKinds kind) => view?.Links.Contains(EventNames.Of(kind)) == true;

    private async ValueTask<IReadOnlyList<HoldStatus>> SeenHoldsAsync(
        long item,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var holds = await HoldsAsync(item, cancellationToken);
        return (await sights.Of(caller)!.ShownAsync([holds], cancellationToken))[0];
    }

    /// <summary>The holds in force on an item, the newest first.</summary>
    internal async ValueTask<IReadOnlyList<HoldStatus>> HoldsAsync(long item, CancellationToken cancellationToken) =>
        (await _holds.ReadAsync([item], Caller.CommandLine, cancellationToken))[0];

    private async ValueTask<IReadOnlyList<PartLack>> LacksAsync(
        TraceItem item,
        long number,
        CancellationToken cancellationToken
    ) =>
        item.Template is { } code && catalog.Current.FindPublished(code)?.Trace is { } rules
            ? await new PartCounter(store, number, at: null).LacksAsync(item.Number, rules, cancellationToken)
            : [];

    /// <summary>When the latest event was that names the item in whatever role; null where none does.</summary>
    private async ValueTask<long?> LastAsync(
        long item,
        long number,
        IReadOnlyList<ItemEvent> parts,
        CancellationToken cancellationToken
    )
    {
        var others = (await store.PartsOfAsync([item], s_otherRoles, number, 1, cancellationToken))[0];
        return others.Concat(parts.Take(1)).Max(static part => (long?)part.Time);
    }

    private bool IsOfLots(TraceItem item) =>
        item.Template is { } code && catalog.Current.FindPublished(code)?.Trace?.IsOfLots == true;

    private async ValueTask<(
        IReadOnlyList<ItemEvent> Parts,
        ItemPlace? Place,
        (string Text, long Time)? Disposition
    )> LatestAsync(long item, long number, PlaceFinder places, CancellationToken cancellationToken)
    {
        for (var limit = FirstParts; ; limit *= 16)
        {
            var parts = await store.PartsAsync(item, PlaceFinder.Roles, number, limit, cancellationToken);
            var place = await places.OfAsync(parts, cancellationToken);
            var disposition = await DispositionAsync(parts, cancellationToken);
            var isWhole = limit >= MostParts || parts.CountBy(static p => p.Role).All(role => role.Value < limit);
            if (isWhole || (place is not null && disposition is not null))
            {
                return (parts, place, disposition);
            }
        }
    }

    /// <summary>
    /// The disposition of an item, or that of what it is in, where that was moved, sent or received later.
    /// </summary>
    private async ValueTask<string?> WithCarriersAsync(
        (string Text, long Time)? own,
        IReadOnlyList<ItemEvent> journey,
        CancellationToken cancellationToken
    )
    {
        var later = journey
            .Where(part => own is null || part.Time > own.Value.Time)
            .OrderByDescending(static part => (part.Time, part.Event))
            .ToList();
        return (await DispositionAsync(later, cancellationToken) ?? own)?.Text;
    }

    private async ValueTask<(string Text, long Time)?> DispositionAsync(
        IReadOnlyList<ItemEvent> parts,
        CancellationToken cancellationToken
    )
    {
        // Mostly the latest says it. Where many do not, they are read together.
        for (var (first, count) = (0, 1); first < parts.Count; first += count, count = Math.Min(MostAtOnce, count * 8))
        {
            long[] events = [.. parts.Skip(first).Take(count).Select(static part => part.Event)];
            foreach (var stored in await store.FindAllAsync(events, cancellationToken))
            {
                if ((EventState.TextOf(stored, "e:disposition"u8) ?? MeantBy(stored.Type)) is { } disposition)
                {
                    return (disposition, stored.Time);
                }
            }
        }
        return null;
    }

    // The words are those of GS1's Core Business Vocabulary.
    private static string? MeantBy(EventType type) =>
        type switch
        {
            EventType.Commission => "active",
            EventType.Ship => "in_transit",
            EventType.Receive => "in_progress",
            EventType.Decommission => "inactive",
            EventType.Destroy => "destroyed",
            _ => null,
        };

    private async ValueTask<string?> SpellingAsync(long? item, CancellationToken cancellationToken) =>
        item is { } known && await store.ItemsAsync([known], cancellationToken) is [var found, ..]
            ? found.Spelling
            : null;
}
