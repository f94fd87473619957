using IdResolution.Core.Access;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What a partner sees of a trace. A link is followed where the grants that cover its ends name its kind; what is
/// hidden is gone through, and stands nowhere, or as one step without a name beside the item before it. Generations
/// count what is shown. Not thread-safe.
/// </summary>
internal sealed class SeenTrace(TraceQuery query, ItemSights items, Func<long, Guid> idOf)
{
    private const string NoName = "*";

    private readonly List<TraceNode> _nodes = [];
    private readonly List<TraceLink> _links = [];
    private readonly Dictionary<long, Guid> _ids = [];
    private readonly Dictionary<long, int> _places = [];
    private readonly HashSet<long> _inTime = [];
    private readonly HashSet<(long Event, int From, int To)> _taken = [];

    /// <summary>The number of all items seen.</summary>
    public int Count => _nodes.Count;

    /// <summary>The kinds of links that are shown of an item.</summary>
    public static LinkKinds KindsOf(GrantedView view)
    {
        var kinds = LinkKinds.None;
        foreach (var name in view.Links)
        {
            kinds |= EventNames.TryParse(name, out LinkKinds kind) ? kind : LinkKinds.None;
        }
        return kinds;
    }

    /// <summary>Takes what a walk in one direction found, whose items were looked at.</summary>
    public void Take(TraceGraph whole, bool backward)
    {
        var links = new List<int>?[whole.Nodes.Count];
        for (var i = 0; i < whole.Links.Count; i++)
        {
            (links[whole.PlaceOf(whole.Links[i].Link.Near)] ??= []).Add(i);
        }
        var settled = new bool[whole.Nodes.Count];
        // By generation: the places of items; -1 is a step of hidden ones.
        var found = new List<List<(int Place, TraceItem? Via)>> { new() { (0, null) } };
        for (var generation = 0; generation < found.Count; generation++)
        {
            for (var i = 0; i < found[generation].Count; i++)
            {
                var (place, via) = found[generation][i];
                if (place < 0)
                {
                    AddGap(Signed(generation, backward && query.Direction == TraceDirection.Both), via!);
                }
                else if (!settled[place])
                {
                    settled[place] = true;
                    var item = whole.Nodes[place].Item;
                    if (items.Of(item.Number) is not null)
                    {
                        Add(item, Signed(generation, backward && query.Direction == TraceDirection.Both), via);
                        via = item;
                    }
                    Follow(whole, links[place] ?? [], generation, via!, found);
                }
            }
        }
    }

    /// <summary>A part of what was seen, with the links that lead to its items or from them to those before.</summary>
    public TraceGraph Part(int from, int count)
    {
        var part = new TraceGraph();
        var end = Math.Min(from + count, _nodes.Count);
        for (var i = from; i < end; i++)
        {
            var node = _nodes[i];
            part.Node(node with { IsShown = IsShown(node.Item) && IsInTime(node.Item) });
        }
        foreach (var link in _links)
        {
            var last = Math.Max(_places[link.From.Number], _places[link.To.Number]);
            if (last >= from && last < end)
            {
                part.Link(
                    link with
                    {
                        IsShown = query.Shows(link.Link.Time) && IsShown(link.From) && IsShown(link.To),
                    }
                );
            }
        }
        return part;
    }

    private void Follow(
        TraceGraph whole,
        List<int> links,
        int generation,
        TraceItem via,
        List<List<(int Place, TraceItem? Via)>> found
    )
    {
        var hasGap = false;
        foreach (var at in links)
        {
            var link = whole.Links[at];
            var (near, far) = (items.Of(link.Link.Near), items.Of(link.Link.Far));
            if (!Passes(near, link.Link.Kind) || !Passes(far, link.Link.Kind))
            {
                continue;
            }
            var isStep = far is not null || near?.ShowsGaps == true;
            AddTo(found, generation + (isStep ? 1 : 0), (whole.PlaceOf(link.Link.Far), via));
            if (near is not null && far is not null)
            {
                Add(link, near, far);
            }
            if (far is null && near?.ShowsGaps == true && !hasGap)
            {
                hasGap = true;
                AddTo(found, generation + 1, (-1, via));
            }
        }
    }

    private static void AddTo(
        List<List<(int Place, TraceItem? Via)>> found,
        int generation,
        (int Place, TraceItem? Via) one
    )
    {
        while (found.Count <= generation)
        {
            found.Add([]);
        }
        found[generation].Add(one);
    }

    private void Add(TraceItem item, int generation, TraceItem? via)
    {
        if (_places.TryAdd(item.Number, _nodes.Count))
        {
            _nodes.Add(new TraceNode(item, generation, via, IsShown: true));
        }
    }

    private void AddGap(int generation, TraceItem via)
    {
        // No item has such a number.
        var gap = new TraceItem(-1L - _nodes.Count, ItemKey.OfText(NoName), NoName, null, false, false);
        Add(gap, generation, via);
    }

    private void Add(in TraceLink link, GrantedView near, GrantedView far)
    {
        var (from, to) = link.Backward ? (link.Link.NearRow, link.Link.Row) : (link.Link.Row, link.Link.NearRow);
        if (!_taken.Add((link.Link.Event, from, to)))
        {
            // The other direction went over it.
            return;
        }
        if (query.Shows(link.Link.Time))
        {
            _inTime.Add(link.Link.Far);
        }
        var type = EventNames.Of(link.Link.Type);
        var isEventSeen = near.Events.Contains(type) || far.Events.Contains(type);
        _links.Add(
            isEventSeen
                ? link with
                {
                    EventId = IdOf(link.Link.Event),
                }
                : link with
                {
                    Link = link.Link with { Event = 0 },
                }
        );
    }

    private Guid IdOf(long number)
    {
        if (!_ids.TryGetValue(number, out var id))
        {
            id = idOf(number);
            _ids.Add(number, id);
        }
        return id;
    }

    private static int Signed(int generation, bool behind) => behind ? -generation : generation;

    private static bool Passes(GrantedView? view, LinkKinds kind) =>
        view is null || view.Links.Contains(EventNames.Of(kind));

    private bool IsShown(TraceItem item) => item.Number == _nodes[0].Item.Number || query.Shows(item.Template);

    // When something hidden happened, by which the walk came to an item, is not told.
    private bool IsInTime(TraceItem item) =>
        query.ShowsAllTimes || item.Number == _nodes[0].Item.Number || _inTime.Contains(item.Number);
}
