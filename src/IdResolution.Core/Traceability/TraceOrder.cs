namespace IdResolution.Core.Traceability;

/// <summary>
/// The items of one direction of a trace in an order in which each comes after all that lead to it. Cycles are broken
/// at the item nearest to the root, and told.
/// </summary>
internal sealed class TraceOrder
{
    // Of cycles within cycles not all are gone round: that would take the square of their number.
    private const int MaxCycles = 100;
    private const int MaxSteps = 10_000_000;

    private readonly int[] _near;
    private readonly int[] _far;
    private readonly Adjacency _out;
    private readonly Adjacency _in;
    private readonly int[] _left;
    private readonly int[] _rank;
    private readonly List<int> _order = [];
    private readonly List<IReadOnlyList<int>> _cycles = [];
    private int _unplaced;
    private int _steps;

    private TraceOrder(TraceGraph graph, IReadOnlyList<int> links)
    {
        Links = links;
        _near = new int[links.Count];
        _far = new int[links.Count];
        _left = new int[graph.Nodes.Count];
        _rank = new int[graph.Nodes.Count];
        Array.Fill(_rank, -1);
        for (var i = 0; i < links.Count; i++)
        {
            var link = graph.Links[links[i]].Link;
            _near[i] = graph.PlaceOf(link.Near);
            _far[i] = graph.PlaceOf(link.Far);
        }
        _out = new(_near, graph.Nodes.Count);
        _in = new(_far, graph.Nodes.Count);
    }

    /// <summary>The links of the direction, by place in the graph.</summary>
    public IReadOnlyList<int> Links { get; }

    /// <summary>The items by place in the graph, those first that lead to others.</summary>
    public IReadOnlyList<int> Order => _order;

    /// <summary>
    /// The cycles found: each item leads to the next one, and the last to the first. Beyond a hundred only one item of
    /// each is named.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>> Cycles => _cycles;

    /// <summary>Puts the items of one direction in order.</summary>
    public static TraceOrder Of(TraceGraph graph, bool backward)
    {
        var links = new List<int>();
        for (var i = 0; i < graph.Links.Count; i++)
        {
            if (graph.Links[i].Backward == backward)
            {
                links.Add(i);
            }
        }
        var order = new TraceOrder(graph, links);
        order.Sort();
        return order;
    }

    /// <summary>The links that lead from an item, as positions in <see cref="Links"/>.</summary>
    public ReadOnlySpan<int> From(int place) => _out.Of(place);

    /// <summary>The place of the item that a link leads to.</summary>
    public int Far(int link) => _far[link];

    /// <summary>True if a link leads on in the order; false if it closes a cycle.</summary>
    public bool LeadsOn(int link) => _rank[_near[link]] < _rank[_far[link]];

    private void Sort()
    {
        var waiting = 0;
        for (var i = 0; i < _far.Length; i++)
        {
            if (_near[i] == _far[i])
            {
                _cycles.Add([_near[i]]);
            }
            else if (_left[_far[i]]++ == 0)
            {
                waiting++;
            }
        }
        if (_left[0] > 0)
        {
            // All was found from the root, so a link to it closes a cycle.
            AddCycle(0);
            waiting--;
        }
        Take(0, ref waiting);
        foreach (var near in _near)
        {
            // In a trace both ways, items behind the root may lead on and have no link to them in this direction.
            if (_rank[near] < 0 && _left[near] == 0)
            {
                Take(near, ref waiting);
            }
        }
        while (waiting > 0)
        {
            Take(AddCycle(Unplaced()), ref waiting);
            waiting--;
        }
    }

    /// <summary>Takes an item, and then all that wait for nothing else.</summary>
    private void Take(int place, ref int waiting)
    {
        Place(place);
        for (var i = _order.Count - 1; i < _order.Count; i++)
        {
            foreach (var link in From(_order[i]))
            {
                var far = _far[link];
                if (far != _order[i] && _rank[far] < 0 && --_left[far] == 0)
                {
                    waiting--;
                    Place(far);
                }
            }
        }
    }

    private void Place(int place)
    {
        _rank[place] = _order.Count;
        _order.Add(place);
    }

    /// <summary>The item nearest to the root of those that wait: items were found in that order.</summary>
    private int Unplaced()
    {
        while (_rank[_unplaced] >= 0 || _left[_unplaced] == 0)
        {
            _unplaced++;
        }
        return _unplaced;
    }

    /// <summary>
    /// Goes back from an item over such as wait too, until it comes to one for the second time: that is a cycle.
    /// Returns the item of the cycle that was found first.
    /// </summary>
    private int AddCycle(int place)
    {
        var path = new List<int>();
        var seen = new Dictionary<int, int>();
        while (_steps < MaxSteps && seen.TryAdd(place, path.Count))
        {
            path.Add(place);
            place = Before(place);
            _steps++;
        }
        if (_steps >= MaxSteps || _cycles.Count >= MaxCycles)
        {
            _cycles.Add([place]);
            return place;
        }
        var cycle = path.GetRange(seen[place], path.Count - seen[place]);
        cycle.Reverse();
        var first = cycle.IndexOf(cycle.Min());
        _cycles.Add([.. cycle.Skip(first), .. cycle.Take(first)]);
        return cycle[first];
    }

    private int Before(int place)
    {
        foreach (var link in _in.Of(place))
        {
            if (_near[link] != place && _rank[_near[link]] < 0)
            {
                return _near[link];
            }
        }
        throw new InvalidOperationException("An item waits for nothing.");
    }

    /// <summary>The links at each item, without a list for each.</summary>
    private sealed class Adjacency
    {
        private readonly int[] _starts;
        private readonly int[] _links;

        public Adjacency(int[] ends, int nodes)
        {
            _starts = new int[nodes + 1];
            foreach (var end in ends)
            {
                _starts[end + 1]++;
            }
            for (var i = 0; i < nodes; i++)
            {
                _starts[i + 1] += _starts[i];
            }
            _links = new int[ends.Length];
            var next = _starts.AsSpan(0, nodes).ToArray();
            for (var i = 0; i < ends.Length; i++)
            {
                _links[next[ends[i]]++] = i;
            }
        }

        public ReadOnlySpan<int> Of(int node) => _links.AsSpan(_starts[node], _starts[node + 1] - _starts[node]);
    }
}
