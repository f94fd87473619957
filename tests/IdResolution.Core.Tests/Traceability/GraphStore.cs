using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>Events in memory, which are read as a store reads them. Each event has a sequence number of its own.</summary>
internal sealed class GraphStore : IEventStore
{
    private readonly List<Entry> _events = [];
    private readonly Dictionary<string, TraceItem> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<long, TraceItem> _byNumber = [];
    private readonly Dictionary<long, List<(Entry Event, int Row)>> _parts = [];
    private readonly List<ItemHold> _holds = [];

    /// <summary>The number of questions about links, items and parts.</summary>
    public int Questions { get; private set; }

    /// <summary>The greatest number of links of a page; the query's where that is less.</summary>
    public int PageLimit { get; set; } = int.MaxValue;

    /// <summary>Done before each read of links.</summary>
    public Action OnLinks { get; set; } = static () => { };

    /// <summary>Done before each read of holds.</summary>
    public Action OnHolds { get; set; } = static () => { };

    /// <summary>The holds that are spreading.</summary>
    public IReadOnlyList<long> Spreading { get; set; } = [];

    /// <summary>Finds what is needed to spread a hold.</summary>
    public Func<long, HoldSpread?> OnFindSpread { get; set; } = static _ => null;

    public IReadOnlyList<Entry> Events => _events;

    public TraceItem Item(string text, string? template = null, bool registered = true, bool revoked = false)
    {
        if (!_items.TryGetValue(text, out var item))
        {
            var key = text.Contains('/', StringComparison.Ordinal)
                ? ItemKey.Of(Identifier.Parse(text).Value)
                : ItemKey.OfText(text);
            item = new(_items.Count + 1, key, text, template, registered && !key.IsText, revoked);
            _items.Add(text, item);
            _byNumber.Add(item.Number, item);
        }
        return item;
    }

    public Entry Add(EventType type, long time, params Member[] members)
    {
        var entry = new Entry(1_000_000 + _events.Count, _events.Count + 1, type, time, members);
        _events.Add(entry);
        for (var row = 0; row < members.Length; row++)
        {
            var number = Item(members[row].Item).Number;
            if (!_parts.TryGetValue(number, out var parts))
            {
                _parts.Add(number, parts = []);
            }
            parts.Add((entry, row));
        }
        return entry;
    }

    /// <summary>Registers an item that events named before: its events are the record's, which has another number.</summary>
    public void Register(string text)
    {
        var before = _items[text];
        var record = before with { Number = before.Number + 500_000, IsRegistered = true };
        _items[text] = record;
        _byNumber.Remove(before.Number);
        _byNumber.Add(record.Number, record);
        _parts.Add(record.Number, _parts[before.Number]);
        _parts.Remove(before.Number);
        Add(EventType.Observe, 0);
    }

    /// <summary>Voids an event, with an entry of the log.</summary>
    public void Void(Entry entry)
    {
        var correction = Add(EventType.Correct, entry.Time);
        entry.Voided = correction.Made;
    }

    public void Hold(Entry hold, string item, bool own = true) => _holds.Add(new(Item(item).Number, hold.Number, own));

    public ValueTask<long> HeadAsync(CancellationToken cancellationToken) => new(_events.Count);

    public ValueTask<IReadOnlyList<long>> NumbersAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    ) => new([.. keys.Select(key => _items.Values.FirstOrDefault(item => item.Key == key)?.Number ?? 0)]);

    public ValueTask<IReadOnlyList<ItemTemplate>> TemplatesAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    ) =>
        new([
            .. keys.Select(key => _items.Values.FirstOrDefault(item => item.Key == key))
                .Select(item => new ItemTemplate(item?.Number ?? 0, item?.Template)),
        ]);

    public ValueTask<IReadOnlyList<TraceItem>> ItemsAsync(
        IReadOnlyList<long> numbers,
        CancellationToken cancellationToken
    )
    {
        Questions++;
        return new([.. numbers.Where(_byNumber.ContainsKey).Select(number => _byNumber[number])]);
    }

    public ValueTask<LinkPosition> LinksAsync(
        LinkQuery query,
        List<EventLink> into,
        CancellationToken cancellationToken
    )
    {
        Questions++;
        OnLinks();
        var limit = Math.Min(query.Limit, PageLimit);
        for (var i = query.After.Item; i < query.Items.Count; i++)
        {
            var after = i == query.After.Item ? query.After : default;
            foreach (var link in LinksOf(query.Items[i], query))
            {
                if (
                    after.Event != 0
                    && (link.Event, link.NearRow, link.Row).CompareTo((after.Event, after.NearRow, after.Row)) <= 0
                )
                {
                    continue;
                }
                if (limit-- == 0)
                {
                    var last = into[^1];
                    return new(
                        last.Near == query.Items[i]
                            ? new LinkPosition(i, last.Event, last.NearRow, last.Row)
                            : new LinkPosition(i, 0, 0, 0)
                    );
                }
                into.Add(link);
            }
        }
        return new(new LinkPosition(query.Items.Count, 0, 0, 0));
    }

    private IEnumerable<EventLink> LinksOf(long item, LinkQuery query)
    {
        foreach (var (entry, nearRow) in _parts.GetValueOrDefault(item, []))
        {
            if (!entry.CountsAt(query.Number))
            {
                continue;
            }
            for (var row = 0; row < entry.Members.Count; row++)
            {
                var (near, far) = (entry.Members[nearRow], entry.Members[row]);
                var kind = query.Backward ? entry.Kind(near.Role, far.Role) : entry.Kind(far.Role, near.Role);
                if ((kind & query.Kinds) != 0)
                {
                    yield return new EventLink(
                        item,
                        Item(far.Item).Number,
                        kind,
                        entry.Number,
                        entry.Type,
                        entry.Time,
                        nearRow,
                        row,
                        near.Quantity,
                        near.Unit,
                        far.Quantity,
                        far.Unit,
                        near.Position ?? far.Position
                    );
                }
            }
        }
    }

    public ValueTask<IReadOnlyList<ItemEvent>> PartsAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    )
    {
        Questions++;
        return new([
            .. _parts
                .GetValueOrDefault(item, [])
                .Where(part => part.Event.CountsAt(number) && roles.Contains(part.Event.Members[part.Row].Role))
                .GroupBy(part => part.Event.Members[part.Row].Role)
                .SelectMany(role => role.OrderByDescending(p => (p.Event.Time, p.Event.Number)).Take(limit))
                .OrderByDescending(part => (part.Event.Time, part.Event.Number))
                .Select(part => new ItemEvent(
                    part.Event.Number,
                    part.Event.Made,
                    part.Event.Type,
                    part.Event.Time,
                    part.Event.Members[part.Row].Role,
                    part.Event.Members[part.Row].Quantity,
                    part.Event.Members[part.Row].Unit,
                    part.Event.Members[part.Row].Position
                )),
        ]);
    }

    public ValueTask<IReadOnlyList<EventPart>> MembersAsync(
        IReadOnlyList<long> events,
        IReadOnlyList<MemberRole> roles,
        CancellationToken cancellationToken
    ) =>
        new([
            .. from number in events
            let entry = _events[(int)(number - 1_000_000)]
            from row in Enumerable.Range(0, entry.Members.Count)
            let member = entry.Members[row]
            where roles.Contains(member.Role)
            select new EventPart(
                number,
                row,
                member.Role,
                Item(member.Item).Number,
                member.Quantity,
                member.Unit,
                member.Position
            ),
        ]);

    public ValueTask<IReadOnlyCollection<PartSum>> SumAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        long until,
        CancellationToken cancellationToken
    ) => PartByPart.SumAsync(this, item, roles, number, until, cancellationToken);

    public async ValueTask<ItemSituation> SituationAsync(long item, int most, CancellationToken cancellationToken)
    {
        var isHeld = (await HoldsAsync([item], cancellationToken)).Count > 0;
        List<(MemberRole Role, EventType Type)> roles =
        [
            .. from entry in _events
            where entry.Voided == 0
            from member in entry.Members
            where Item(member.Item).Number == item
            select (member.Role, entry.Type),
        ];
        return new(isHeld, roles.Count > most ? null : roles);
    }

    public ValueTask<IReadOnlyList<ItemHold>> HoldsAsync(IReadOnlyList<long> items, CancellationToken cancellationToken)
    {
        OnHolds();
        return new([.. _holds.Where(hold => items.Contains(hold.Item))]);
    }

    public ValueTask<StoredEvent?> FindAsync(long objectNumber, CancellationToken cancellationToken)
    {
        var entry = _events[(int)(objectNumber - 1_000_000)];
        return new(
            new StoredEvent
            {
                Object = entry.Number,
                Type = entry.Type,
                Time = entry.Time,
                Made = entry.Made,
                Voided = entry.Voided,
                Version = 1,
                Digest = [],
                RecordedAt = entry.Time,
                Actor = 0,
                State = new Core.ChangeLog.StateWriter().ToState(),
            }
        );
    }

    public Task<IReadOnlyList<EventWriteResult>> WriteAsync(
        IReadOnlyList<EventWrite> writes,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<StoredEvent?>> FindByIdentityAsync(
        IReadOnlyList<byte[]> identities,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<StatePage<StoredEvent>> ListAsync(EventQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<long>> SpreadingAsync(CancellationToken cancellationToken) => new(Spreading);

    public ValueTask<HoldSpread?> FindSpreadAsync(long hold, CancellationToken cancellationToken) =>
        new(OnFindSpread(hold));

    public Task<IReadOnlyList<long>> SpreadAsync(
        HoldSpread spread,
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task EndSpreadAsync(HoldSpread spread, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>An event.</summary>
    public sealed record Entry(long Number, long Made, EventType Type, long Time, IReadOnlyList<Member> Members)
    {
        public long Voided { get; set; }

        public bool CountsAt(long number) => Made <= number && (Voided == 0 || Voided > number);

        /// <summary>The kind of a link from one role to another; none if they are not linked.</summary>
        public LinkKinds Kind(MemberRole from, MemberRole to) =>
            (from, to, Type) switch
            {
                (MemberRole.Output, MemberRole.Input, _) => LinkKinds.Consumes,
                (MemberRole.Parent, MemberRole.Child, _) => LinkKinds.Contains,
                (MemberRole.Covering, MemberRole.Covered, EventType.Cover) => LinkKinds.Covers,
                (MemberRole.Covering, MemberRole.Covered, EventType.Ship) => LinkKinds.Ships,
                (
                    MemberRole.Output
                        or MemberRole.Parent
                        or MemberRole.Item,
                    MemberRole.Equipment
                        or MemberRole.Tool
                        or MemberRole.Person
                        or MemberRole.Process,
                    _
                ) => LinkKinds.ProducedBy,
                (MemberRole.Child, MemberRole.Removed, EventType.Replace) => LinkKinds.Replaces,
                _ => LinkKinds.None,
            };
    }
}
