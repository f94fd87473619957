using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Reads events. Needs role reader or higher, and a caller of the whole node: an event names items of several prefixes.
/// A partner is shown what its grants say. Thread-safe.
/// </summary>
public sealed class EventQueries(
    IEventStore store,
    CatalogHolder catalog,
    EventIds ids,
    EventKeys keys,
    ThingFinder finder,
    EventSights sights
)
{
    // A partner's page is filled from so many pages of the store.
    private const int MostLooks = 20;
    private const int LookSize = 500;

    /// <summary>The greatest number of events on a page.</summary>
    public const int MaxPage = 1_000;

    /// <summary>Finds an event by its id.</summary>
    public async ValueTask<Result<ShownEvent>> FindAsync(string? id, Caller caller, CancellationToken cancellationToken)
    {
        if (AccessPolicy.RequireAskingOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var stored = ids.TryParse(id, caller.Partner, out var number)
            ? await store.FindAsync(number, cancellationToken)
            : null;
        return stored is not null && await SeenAsync([stored], caller, cancellationToken) is [var seen]
            ? Shown(seen, caller)
            : EventErrors.NoEvent(id);
    }

    /// <summary>Finds an event by the key of the system that sent it.</summary>
    public async ValueTask<Result<ShownEvent>> FindByKeyAsync(
        string? source,
        string? key,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireAskingOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var faults = new Faults();
        SourceRules.CheckNeeded(source, key, "", faults);
        if (faults.TryCombine(out var faulty))
        {
            return faulty;
        }
        var identities = await keys.IdentitiesAsync(source!, key!, cancellationToken);
        foreach (var stored in await store.FindByIdentityAsync(identities, cancellationToken))
        {
            // Keys of events are of the owner's systems.
            if (stored is not null && caller.Partner is null)
            {
                return Shown(stored, caller);
            }
        }
        return Error.Of(
            ErrorCode.NotFound,
            $"No event has the key {key} of source {source}.",
            $"没有事件具有来源 {source} 的业务主键 {key}。",
            "sourceKey"
        );
    }

    /// <summary>Lists events, voided ones too, as they stood when the first page was read.</summary>
    public async ValueTask<Result<EventPage>> ListAsync(
        EventFilter filter,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (AccessPolicy.RequireAskingOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var faults = new Faults();
        EventType type = default;
        if (filter.Type is not null && !EventNames.TryParse(filter.Type, out type))
        {
            var known = string.Join(", ", EventNames.Types);
            faults.Add("type", $"must be one of {known}", $"应为以下之一：{known}");
        }
        var item = await ItemAsync(filter.Item, caller, faults, cancellationToken);
        var place = EventItems.KeyOf(filter.Place, "place", catalog.Current, faults);
        var equipment = EventItems.KeyOf(filter.Equipment, "equipment", catalog.Current, faults);
        if (filter.From >= filter.To)
        {
            faults.Add("from", "must be earlier than to", "应早于 to");
        }
        if (faults.TryCombine(out var faulty))
        {
            return faulty;
        }
        var head = await store.HeadAsync(cancellationToken);
        if (!(filter.After?.NumberIn(catalog.Current, head) ?? head).TryGet(out var number, out var restarted))
        {
            return restarted;
        }
        ItemKey[] named = [.. new[] { item, place, equipment }.OfType<ItemKey>()];
        var numbers = await sights.Items.NumbersAsync(named, caller, cancellationToken);
        if (numbers.Contains(0))
        {
            var absent = named[numbers.TakeWhile(static number => number != 0).Count()];
            return await AbsentAsync(filter, absent == item, absent == place, caller, cancellationToken);
        }
        var at = 0;
        var query = new EventQuery
        {
            Item = item is null ? null : numbers[at++],
            Place = place is null ? null : numbers[at++],
            Equipment = equipment is null ? null : numbers[at],
            Type = filter.Type is null ? null : type,
            From = filter.From,
            To = filter.To,
            Descending = filter.Descending,
            Number = number,
            After = filter.After is { } after ? (after.Time, after.Object) : null,
            Limit = filter.Limit,
        };
        return await PageAsync(query, caller, cancellationToken);
    }

    /// <summary>Reads the text of a cursor as the caller was told it.</summary>
    public bool TryReadCursor(string? text, Caller caller, out EventCursor cursor) =>
        sights.TryReadCursor(text, caller, out cursor);

    private async ValueTask<EventPage> PageAsync(EventQuery query, Caller caller, CancellationToken cancellationToken)
    {
        var page = new EventPage([], null, query.Number)
        {
            Log = EventCursor.LogOf(catalog.Current),
            Told = caller.Partner is null ? null : cursor => sights.TextOf(cursor, caller),
        };
        if (caller.Partner is null)
        {
            var found = await store.ListAsync(query, cancellationToken);
            return page with
            {
                Events = [.. found.Select(stored => Shown(stored, caller))],
                Next = found.IsFull ? page.CursorAfter(found[^1]) : null,
            };
        }
        var shown = new List<ShownEvent>();
        // Items that several looks name are read once.
        var sight = sights.Of(caller)!;
        var look = query with { Limit = LookSize };
        for (var looks = 0; looks < MostLooks; looks++)
        {
            var found = await store.ListAsync(look, cancellationToken);
            foreach (var seen in await sight.ShownAsync(found, cancellationToken))
            {
                if (shown.Count == query.Limit)
                {
                    // There is more, and what it is stands on the next page.
                    return page with { Events = shown, Next = page.CursorAfter(shown[^1].Stored) };
                }
                shown.Add(Shown(seen, caller));
            }
            if (!found.IsFull)
            {
                return page with { Events = shown };
            }
            look = look with { After = (found[^1].Time, found[^1].Object) };
        }
        return page with
        {
            Events = shown,
            Next = new EventCursor(page.Log, query.Number, look.After!.Value.Time, look.After.Value.Object),
        };
    }

    private async ValueTask<IReadOnlyList<StoredEvent>> SeenAsync(
        IReadOnlyList<StoredEvent> found,
        Caller caller,
        CancellationToken cancellationToken
    ) => sights.Of(caller) is { } sight ? await sight.ShownAsync(found, cancellationToken) : found;

    /// <summary>The error for what is asked for, and is neither registered nor named by an event.</summary>
    private ValueTask<Error> AbsentAsync(
        EventFilter filter,
        bool isItem,
        bool isPlace,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (isItem)
        {
            return finder.AbsentAsync(filter.Item!.Text ?? "", "item", cancellationToken, caller);
        }
        return isPlace
            ? finder.AbsentAsync(filter.Place!, "place", cancellationToken, caller)
            : finder.AbsentAsync(filter.Equipment!, "equipment", cancellationToken, caller);
    }

    private ShownEvent Shown(StoredEvent stored, Caller caller) =>
        new(
            ids.Of(stored.Object, caller.Partner),
            stored,
            caller.Partner is null ? catalog.Current.ActorName(stored.Actor) : null
        );

    private async ValueTask<ItemKey?> ItemAsync(
        ItemAsked? asked,
        Caller caller,
        Faults faults,
        CancellationToken cancellationToken
    )
    {
        if (asked is null)
        {
            return null;
        }
        var field = asked.Search is null || asked.Text is not null ? "item" : "find";
        if ((await finder.NameAsync(asked, field, caller, cancellationToken)).TryGet(out var name, out var error))
        {
            return name.Key;
        }
        if (asked.IsByKey || asked.Search is not null)
        {
            faults.Add(ErrorFields.Called(error, FieldOf));
        }
        else
        {
            faults.Add("item", "must be an identifier: prefix/suffix, or a URI", "应为标识（前缀/后缀）或 URI");
        }
        return null;
    }

    /// <summary>What the parts of an item's key are called beside the key of an event.</summary>
    private static string FieldOf(string field) =>
        field switch
        {
            "source" => "itemSource",
            "sourceKey" => "itemKey",
            _ => field,
        };
}
