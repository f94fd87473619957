using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells whether the machines, tools and instruments that made an item were in calibration when they made it. Needs
/// role reader or higher, and a caller of the whole node. Thread-safe.
/// </summary>
public sealed class CalibrationReader(IEventStore store, EventIds ids, PastReader past, ThingFinder finder)
{
    /// <summary>Events of a page where nobody says how many.</summary>
    public const int UsualPage = 50;

    /// <summary>The most events of a page.</summary>
    public const int MaxPage = 200;

    /// <summary>The most machines, tools and instruments of a page.</summary>
    public const int MaxThings = 200;

    // In which an item is made, or something is done to it. What was made of it is no event of its own.
    private static readonly MemberRole[] s_made = [MemberRole.Item, MemberRole.Output, MemberRole.Parent];
    private static readonly MemberRole[] s_equipment = [MemberRole.Equipment, MemberRole.Tool];

    /// <summary>Reads a page.</summary>
    public async ValueTask<Result<CalibrationPage>> ReadAsync(
        CalibrationFilter filter,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        if (!Check(filter).TryGet(out var after, out var error))
        {
            return error;
        }
        var head = await store.HeadAsync(cancellationToken);
        var at = filter.After is null ? head : after.NumberIn(past.Catalog, head);
        if (!at.TryGet(out var number, out error))
        {
            return error;
        }
        var found = filter.Event is null
            ? await OfItemAsync(filter, after, number, caller, cancellationToken)
            : await OfEventAsync(filter.Event, cancellationToken);
        return found.TryGet(out var page, out error)
            ? await TellAsync(page.Events, page.Next, number, caller, cancellationToken)
            : error;
    }

    private async ValueTask<Result<CalibrationPage>> TellAsync(
        IReadOnlyList<StoredEvent> events,
        EventCursor? next,
        long number,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var counting = events.Where(stored => PastReader.Counts(stored, number)).ToList();
        var named = await NamedAsync(counting, cancellationToken);
        return named.Select(static n => n.Key).Distinct().Count() > MaxThings
            ? LifeErrors.TooManyThings()
            : new CalibrationPage(await LinesAsync(named, number, caller, cancellationToken), next?.ToString(), number);
    }

    private static Result<EventCursor> Check(CalibrationFilter filter)
    {
        var faults = new Faults();
        EventCursor after = default;
        if (filter.Item is null == filter.Event is null)
        {
            faults.Add("item", "or event is needed, one of them", "与 event 应给出其一");
        }
        if (filter.After is not null && !EventCursor.TryParse(filter.After, out after))
        {
            faults.Add("after", "must be the next of an answer before", "应为前一次应答中的 next");
        }
        if (filter.Limit is < 1 or > MaxPage)
        {
            faults.Add("limit", $"must be 1 to {MaxPage}", $"应为 1 至 {MaxPage}");
        }
        return faults.TryCombine(out var error) ? error : after;
    }

    private async ValueTask<Result<(IReadOnlyList<StoredEvent> Events, EventCursor? Next)>> OfEventAsync(
        string id,
        CancellationToken cancellationToken
    ) =>
        ids.TryParse(id, out var number) && await store.FindAsync(number, cancellationToken) is { } stored
            ? ([stored], null)
            : EventErrors.NoEvent(id, "event");

    private async ValueTask<Result<(IReadOnlyList<StoredEvent> Events, EventCursor? Next)>> OfItemAsync(
        CalibrationFilter filter,
        EventCursor after,
        long number,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var named = await finder.NameAsync(filter.Item, "item", caller, cancellationToken);
        if (!named.TryGet(out var name, out var error))
        {
            return error with { Code = ErrorCode.InvalidValue };
        }
        var item = (await store.NumbersAsync([name.Key], cancellationToken))[0];
        if (item == 0)
        {
            return await finder.AbsentAsync(name.Text, "item", cancellationToken);
        }
        var query = new EventQuery
        {
            Item = item,
            Roles = s_made,
            Number = number,
            After = filter.After is not null ? (after.Time, after.Object) : null,
            Limit = filter.Limit,
        };
        var page = await store.ListAsync(query, cancellationToken);
        return (
            page,
            page.IsFull
                ? new EventCursor(EventCursor.LogOf(past.Catalog), number, page[^1].Time, page[^1].Object)
                : null
        );
    }

    /// <summary>What events name: machines and tools by their numbers, instruments by what they are called.</summary>
    private async ValueTask<List<Named>> NamedAsync(List<StoredEvent> events, CancellationToken cancellationToken)
    {
        var members = await store.MembersAsync(
            [.. events.Select(static e => e.Object)],
            s_equipment,
            cancellationToken
        );
        var items = await store.ItemsAsync([.. members.Select(static m => m.Item).Distinct()], cancellationToken);
        var known = items.ToDictionary(static i => i.Number);
        var byEvent = members.Where(m => known.ContainsKey(m.Item)).ToLookup(static m => m.Event);
        var named = new List<Named>();
        foreach (var stored in events)
        {
            var things = byEvent[stored.Object].Select(m => (m.Role, known[m.Item].Key, known[m.Item].Spelling));
            named.AddRange(NamedIn(stored, things));
        }
        return named;
    }

    /// <summary>The machines and tools of an event, and the instruments that it names beside them.</summary>
    private IEnumerable<Named> NamedIn(StoredEvent stored, IEnumerable<(MemberRole, ItemKey Key, string)> things)
    {
        var measured = new List<Measured>();
        var step = Measured.Read(stored, measured);
        return things
            .Concat(InstrumentsOf(measured))
            .DistinctBy(static thing => thing.Key)
            .Select(thing => new Named(stored, step, thing.Item1, thing.Key, thing.Item3));
    }

    private IEnumerable<(MemberRole Role, ItemKey Key, string Spelling)> InstrumentsOf(List<Measured> measured)
    {
        foreach (var text in measured.Select(static m => m.Instrument).OfType<string>())
        {
            if (EventItems.KeyOf(text, "", past.Catalog, new Faults()) is { } key)
            {
                yield return (MemberRole.Item, key, text);
            }
        }
    }

    private async ValueTask<List<CalibrationLine>> LinesAsync(
        List<Named> named,
        long number,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ItemKey[] keys = [.. named.Select(static n => n.Key).Distinct()];
        var numbers = await store.NumbersAsync(keys, cancellationToken);
        var items = await store.ItemsAsync([.. numbers.Where(static n => n != 0)], cancellationToken);
        var latest = named.Select(static n => n.Event.Time).DefaultIfEmpty().Max();
        var pasts = items.ToDictionary(static i => i.Key, i => (Item: i, Past: past.Of(i, number, latest, caller)));
        var lines = new List<CalibrationLine>(named.Count);
        foreach (var one in named)
        {
            var (thing, own) = pasts.GetValueOrDefault(one.Key);
            lines.Add(await LineAsync(one, thing, own, cancellationToken));
        }
        return lines;
    }

    private async ValueTask<CalibrationLine> LineAsync(
        Named one,
        TraceItem? thing,
        ThingPast? own,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Event = ids.Of(one.Event.Object),
            Type = one.Event.Type,
            Time = one.Event.Time,
            Step = one.Step,
            Name = thing?.Spelling ?? one.Name,
            Template = thing?.Template,
            Role = RoleName(one.Role),
            Calibration = own is null
                ? new CalibrationStatus(CalibrationState.Unknown)
                : await own.CalibrationAsync(one.Event.Time, cancellationToken),
            Strokes = own is null ? null : await own.StrokesAsync(one.Event.Time, cancellationToken),
        };

    private static string RoleName(MemberRole role) =>
        role switch
        {
            MemberRole.Equipment => "equipment",
            MemberRole.Tool => "tool",
            _ => "instrument",
        };

    private sealed record Named(StoredEvent Event, string? Step, MemberRole Role, ItemKey Key, string Name);
}
