using IdResolution.Core.Events;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What an event store should say, computed the plain way from all that was written.</summary>
internal sealed class EventModel
{
    private readonly List<Written> _events = [];

    public void Add(EventWrite write, EventWriteResult result, IReadOnlyList<long> items)
    {
        var corrected = _events.FindIndex(e => e.Object == write.Voids);
        if (corrected >= 0)
        {
            _events[corrected] = _events[corrected] with { Voided = result.Sequence };
        }
        _events.Add(new Written(result.Object, result.Sequence, 0, write, items));
    }

    public IEnumerable<long> Voidable => _events.Where(e => e.Voided == 0).Select(e => e.Object);

    public List<EventLink> Links(LinkQuery query)
    {
        var links = new List<EventLink>();
        foreach (var item in query.Items)
        {
            links.AddRange(
                _events
                    .Where(e => e.CountsAt(query.Number))
                    .SelectMany(e => LinksOf(e, item, query))
                    .OrderBy(l => l.Near.Role)
                    .ThenBy(l => l.Link.Time)
                    .ThenBy(l => l.Link.Event)
                    .ThenBy(l => l.Link.NearRow)
                    .ThenBy(l => l.Far.Role)
                    .ThenBy(l => l.Link.Row)
                    .Select(l => l.Link)
            );
        }
        return links;
    }

    public List<ItemEvent> Parts(long item, IReadOnlyList<MemberRole> roles, long number, int limit) =>
        [
            .. roles
                .SelectMany(role =>
                    _events
                        .Where(e => e.CountsAt(number))
                        .SelectMany(e => e.Parts(item, role))
                        .OrderByDescending(p => p.Part.Time)
                        .ThenByDescending(p => p.Part.Event)
                        .ThenByDescending(p => p.Row)
                        .Take(limit)
                )
                .Select(p => p.Part)
                .OrderByDescending(p => p.Time)
                .ThenByDescending(p => p.Event),
        ];

    public List<long> List(EventQuery query)
    {
        var found = _events.Where(e =>
            e.Made <= query.Number
            && (query.Type is null || e.Write.Type == query.Type)
            && (query.From is null || e.Write.Time >= query.From)
            && (query.To is null || e.Write.Time < query.To)
            && (
                query.Item is not { } item
                || (query.Roles is { } roles ? e.Has(item, [.. roles]) : e.Items.Contains(item))
            )
            && (query.Place is not { } place || e.Has(place, MemberRole.Place))
            && (query.Equipment is not { } machine || e.Has(machine, MemberRole.Equipment, MemberRole.Tool))
        );
        var ascending = found.OrderBy(e => e.Write.Time).ThenBy(e => e.Object).Select(e => e.Object).ToList();
        if (query.Descending)
        {
            ascending.Reverse();
        }
        return ascending;
    }

    private static IEnumerable<(EventMember Near, EventMember Far, EventLink Link)> LinksOf(
        Written written,
        long item,
        LinkQuery query
    )
    {
        var members = written.Write.Members;
        for (var near = 0; near < members.Count; near++)
        {
            for (var far = 0; written.Items[near] == item && far < members.Count; far++)
            {
                var (made, from) = query.Backward ? (members[near], members[far]) : (members[far], members[near]);
                var kind = KindOf(made.Role, from.Role, written.Write.Type) & query.Kinds;
                if (kind != LinkKinds.None)
                {
                    var position = kind switch
                    {
                        LinkKinds.Contains => from.Position,
                        LinkKinds.Replaces => made.Position,
                        _ => null,
                    };
                    yield return (
                        members[near],
                        members[far],
                        new EventLink(
                            item,
                            written.Items[far],
                            kind,
                            written.Object,
                            written.Write.Type,
                            written.Write.Time,
                            near,
                            far,
                            members[near].Quantity,
                            members[near].Unit,
                            members[far].Quantity,
                            members[far].Unit,
                            position
                        )
                    );
                }
            }
        }
    }

    private static LinkKinds KindOf(MemberRole made, MemberRole from, EventType type) =>
        (made, from, type) switch
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

    private sealed record Written(long Object, long Made, long Voided, EventWrite Write, IReadOnlyList<long> Items)
    {
        public bool CountsAt(long number) => Made <= number && (Voided == 0 || Voided > number);

        public bool Has(long item, params MemberRole[] roles) =>
            Items.Where((one, i) => one == item && roles.Contains(Write.Members[i].Role)).Any();

        public IEnumerable<(ItemEvent Part, int Row)> Parts(long item, MemberRole role)
        {
            for (var i = 0; i < Items.Count; i++)
            {
                var member = Write.Members[i];
                if (Items[i] == item && member.Role == role)
                {
                    yield return (
                        new ItemEvent(
                            Object,
                            Made,
                            Write.Type,
                            Write.Time,
                            role,
                            member.Quantity,
                            member.Unit,
                            member.Position
                        ),
                        i
                    );
                }
            }
        }
    }
}
