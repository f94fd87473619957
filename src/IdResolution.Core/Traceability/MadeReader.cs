using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Lists what a machine or tool made, built or worked on. Needs role reader or higher, and a caller of the whole node.
/// Thread-safe.
/// </summary>
public sealed class MadeReader(IEventStore store, IRecordStore records, EventIds ids, CatalogHolder catalog)
{
    /// <summary>Lines of a page where nobody says how many.</summary>
    public const int UsualPage = 100;

    /// <summary>The most lines of a page.</summary>
    public const int MaxPage = 1_000;

    // So that a template of which there is little costs one call no more than this.
    private const int MostEvents = 2_000;
    private const int EventsAtOnce = 50;

    private static readonly MemberRole[] s_made = [MemberRole.Output, MemberRole.Parent, MemberRole.Item];

    private readonly ItemNumbers _numbers = new(store, records, catalog);

    /// <summary>Reads a page.</summary>
    public async ValueTask<Result<MadePage>> ListAsync(
        MadeFilter filter,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        if (!Check(filter, out var after).TryGet(out var machine, out var error))
        {
            return error;
        }
        var head = await store.HeadAsync(cancellationToken);
        if (!(after?.Event.NumberIn(catalog.Current, head) ?? head).TryGet(out var number, out error))
        {
            return error;
        }
        var known = await _numbers.FindAsync(machine, filter.Equipment!, "equipment", cancellationToken);
        if (!known.TryGet(out var item, out error))
        {
            return error;
        }
        var query = new EventQuery
        {
            Equipment = item,
            From = filter.From,
            To = filter.To,
            Number = number,
            // The event at which the page before ended is read again.
            After = after is { Event: var last } ? (last.Time, last.Object - 1) : null,
            Limit = EventsAtOnce,
        };
        return await ReadAsync(query, filter, after, cancellationToken);
    }

    private Result<ItemKey> Check(MadeFilter filter, out MadeCursor? after)
    {
        var faults = new Faults();
        after = null;
        var machine = EventItems.KeyOf(filter.Equipment, "equipment", catalog.Current, faults);
        if (filter.Equipment is null)
        {
            faults.Add("equipment", "is needed", "应给出");
        }
        if (filter.From >= filter.To)
        {
            faults.Add("from", "must be earlier than to", "应早于 to");
        }
        EventItems.CheckTemplate(filter.Template, catalog.Current, faults);
        if (filter.Limit is < 1 or > MaxPage)
        {
            faults.Add("limit", $"must be 1 to {MaxPage}", $"应为 1 至 {MaxPage}");
        }
        if (filter.After is not null && (after = MadeCursor.Parse(filter.After)) is null)
        {
            faults.Add("after", "must be the next of an answer before", "应为前一次应答中的 next");
        }
        return faults.TryCombine(out var error) ? error : machine!.Value;
    }

    private async ValueTask<MadePage> ReadAsync(
        EventQuery query,
        MadeFilter filter,
        MadeCursor? after,
        CancellationToken cancellationToken
    )
    {
        var lines = new List<MadeLine>();
        var log = EventCursor.LogOf(catalog.Current);
        for (var looked = 0; ; )
        {
            var page = await store.ListAsync(query, cancellationToken);
            var members = await MembersAsync(page, query.Number, cancellationToken);
            foreach (var stored in page)
            {
                var at = new EventCursor(log, query.Number, stored.Time, stored.Object);
                var first = after?.Event.Object == stored.Object ? after.Value.Row : -1;
                var row = Add(lines, stored, members[stored.Object].Where(m => m.Part.Row > first), filter);
                if (row < int.MaxValue || ++looked == MostEvents)
                {
                    return new MadePage(lines, new MadeCursor(at, row).ToString(), query.Number);
                }
                query = query with { After = (stored.Time, stored.Object) };
            }
            if (!page.IsFull)
            {
                return new MadePage(lines, null, query.Number);
            }
        }
    }

    /// <summary>
    /// Adds what an event made. Gives the row up to which it was looked at: all, or where the page is full, that before
    /// the next line.
    /// </summary>
    private int Add(
        List<MadeLine> lines,
        StoredEvent stored,
        IEnumerable<(EventPart Part, TraceItem Item)> members,
        MadeFilter filter
    )
    {
        string? step = null;
        foreach (var (part, item) in members)
        {
            if (filter.Template is { } code && item.Template != code)
            {
                continue;
            }
            if (lines.Count == filter.Limit)
            {
                return part.Row - 1;
            }
            step ??= Measured.Read(stored, []) ?? "";
            lines.Add(LineOf(stored, part, item, step));
        }
        return int.MaxValue;
    }

    private async ValueTask<ILookup<long, (EventPart Part, TraceItem Item)>> MembersAsync(
        IReadOnlyList<StoredEvent> events,
        long number,
        CancellationToken cancellationToken
    )
    {
        long[] counting = [.. events.Where(e => PastReader.Counts(e, number)).Select(static e => e.Object)];
        var parts = await store.MembersAsync(counting, s_made, cancellationToken);
        var items = await store.ItemsByNumberAsync(parts.Select(static p => p.Item), cancellationToken);
        return parts
            .Where(part => items.ContainsKey(part.Item))
            .ToLookup(static part => part.Event, part => (part, items[part.Item]));
    }

    private MadeLine LineOf(StoredEvent stored, EventPart part, TraceItem item, string step) =>
        new()
        {
            Identifier = item.Spelling,
            Template = item.Template,
            Role = part.Role.ToString().ToLowerInvariant(),
            Event = ids.Of(stored.Object),
            Type = stored.Type,
            Time = stored.Time,
            Step = step.Length > 0 ? step : null,
            Quantity = part.Quantity,
            Unit = part.Unit,
        };
}
