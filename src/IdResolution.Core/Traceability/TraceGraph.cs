using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>What a walk found, kept as a whole. It takes no more than can be looked at as a whole.</summary>
/// <param name="tell">Is told now and then how many items were found; null for nobody.</param>
public sealed class TraceGraph(Action<long>? tell = null) : ITraceSink
{
    /// <summary>The greatest number of items.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>The greatest number of links.</summary>
    public const int MaxLinks = 1_000_000;

    private const int BytesOfNode = 256;
    private const int BytesOfLink = 160;

    private readonly Dictionary<long, int> _places = [];
    private readonly List<TraceNode> _nodes = [];
    private readonly List<TraceLink> _links = [];

    /// <summary>The items in the order found, those not shown too.</summary>
    public IReadOnlyList<TraceNode> Nodes => _nodes;

    /// <summary>The links in the order gone over, those not shown too.</summary>
    public IReadOnlyList<TraceLink> Links => _links;

    /// <summary>True if more was found than is kept.</summary>
    public bool IsFull { get; private set; }

    /// <inheritdoc/>
    public long Bytes => ((long)_nodes.Count * BytesOfNode) + ((long)_links.Count * BytesOfLink);

    /// <summary>The place of an item in <see cref="Nodes"/>; -1 if it is not there.</summary>
    public int PlaceOf(long item) => _places.GetValueOrDefault(item, -1);

    /// <inheritdoc/>
    public void Node(in TraceNode node)
    {
        if (_places.TryGetValue(node.Item.Number, out var place))
        {
            _nodes[place] = node;
        }
        else if (_nodes.Count < MaxNodes)
        {
            _places.Add(node.Item.Number, _nodes.Count);
            _nodes.Add(node);
        }
        else
        {
            IsFull = true;
        }
    }

    /// <inheritdoc/>
    public void Link(in TraceLink link)
    {
        if (_links.Count < MaxLinks)
        {
            _links.Add(link);
        }
        else
        {
            IsFull = true;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> PauseAsync(CancellationToken cancellationToken)
    {
        tell?.Invoke(_nodes.Count);
        return new(!IsFull);
    }

    /// <summary>The place of the item with an identifier's key; null if it was not found.</summary>
    internal int? Find(LookupKey key)
    {
        for (var i = 0; i < _nodes.Count; i++)
        {
            if (_nodes[i].Item.Key.Folded.Equals(key))
            {
                return i;
            }
        }
        return null;
    }
}
