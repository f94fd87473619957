using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Reads events. Needs role reader or higher, and a caller of the whole node: an event names items of several prefixes.
/// Thread-safe.
/// </summary>
public sealed class EventQueries(
    IEventStore store,
    CatalogHolder catalog,
    EventIds ids,
    EventKeys keys,
    ThingFinder finder
)
{
    /// <summary>The greatest number of events on a page.</summary>
    public const int MaxPage = 1_000;

    /// <summary>Finds an event by its id.</summary>
    public async ValueTask<Result<ShownEvent>> FindAsync(string? id, Caller caller, CancellationToken cancellationToken)
    {
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var stored = ids.TryParse(id, out var number) ? await store.FindAsync(number, cancellationToken) : null;
        return stored is null ? EventErrors.NoEvent(id) : Shown(stored);
    }

    /// <summary>Finds an event by the key of the system that sent it.</summary>
    public async ValueTask<Result<ShownEvent>> FindByKeyAsync(
        string? source,
        string? key,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
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
            if (stored is not null)
            {
                return Shown(stored);
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
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
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
        var numbers = await store.NumbersAsync(named, cancellationToken);
        if (numbers.Contains(0))
        {
            var absent = named[numbers.TakeWhile(static number => number != 0).Count()];
            return await AbsentAsync(filter, absent == item, absent == place, cancellationToken);
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
        var found = await store.ListAsync(query, cancellationToken);
        var page = new EventPage([.. found.Select(Shown)], null, number) { Log = EventCursor.LogOf(catalog.Current) };
        return found.IsFull ? page with { Next = page.CursorAfter(found[^1]) } : page;
    }

    /// <summary>The error for what is asked for, and is neither registered nor named by an event.</summary>
    private ValueTask<Error> AbsentAsync(
        EventFilter filter,
        bool isItem,
        bool isPlace,
        CancellationToken cancellationToken
    )
    {
        if (isItem)
        {
            return finder.AbsentAsync(filter.Item!.Text ?? "", "item", cancellationToken);
        }
        return isPlace
            ? finder.AbsentAsync(filter.Place!, "place", cancellationToken)
            : finder.AbsentAsync(filter.Equipment!, "equipment", cancellationToken);
    }

    private ShownEvent Shown(StoredEvent stored) =>
        new(ids.Of(stored.Object), stored, catalog.Current.ActorName(stored.Actor));

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
