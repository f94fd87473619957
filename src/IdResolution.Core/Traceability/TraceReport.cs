using IdResolution.Core.Events;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>A trace as a whole. Disposed once its answer is sent, since until then it counts as held.</summary>
public sealed class TraceReport : IDisposable
{
    private readonly TraceHold _hold;

    internal TraceReport(TraceQuery query, TraceWalk walk, TraceGraph graph, TraceEnd end, TraceHold hold)
        : this(query, walk.Root, graph, end, hold)
    {
        Number = walk.Number;
        IsWhole = walk.IsWhole;
    }

    /// <summary>What a partner sees of a trace, who is not told the number.</summary>
    internal TraceReport(TraceQuery query, TraceItem root, TraceGraph graph, TraceEnd end, TraceHold hold)
    {
        _hold = hold;
        Query = query;
        Root = root;
        Graph = graph;
        End = end;
        Amounts = new TraceAmount?[graph.Nodes.Count];
        Balances = new Dictionary<long, IReadOnlyList<LotBalance>>();
    }

    /// <summary>What was asked.</summary>
    public TraceQuery Query { get; }

    /// <summary>Where the trace began.</summary>
    public TraceItem Root { get; }

    /// <summary>The log number that it was read at; 0 where the caller is not told.</summary>
    public long Number { get; }

    /// <summary>True if the walk began at the root, false if it went on from a cursor.</summary>
    public bool IsWhole { get; internal init; }

    /// <summary>The items and links.</summary>
    public TraceGraph Graph { get; }

    /// <summary>How the walk ended.</summary>
    public TraceEnd End { get; }

    /// <summary>
    /// By place of the item: in a trace forward, how much of the root is in it; backward, how much of it is in the
    /// root. Null where it is not known, as in a trace that is not complete.
    /// </summary>
    public IReadOnlyList<TraceAmount?> Amounts { get; internal set; }

    /// <summary>What became of lots by unit, by the item's number.</summary>
    public IReadOnlyDictionary<long, IReadOnlyList<LotBalance>> Balances { get; internal set; }

    /// <summary>By place of the item: the attributes that were asked for and that it has.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<AttributeValue>> Attributes { get; internal set; } =
        new Dictionary<int, IReadOnlyList<AttributeValue>>();

    /// <summary>What is odd about the items and links.</summary>
    public IReadOnlyList<TraceFinding> Findings { get; internal set; } = [];

    /// <summary>The paths from the root to the item asked for, as links in order, the shortest first.</summary>
    public IReadOnlyList<IReadOnlyList<TraceLink>>? Paths { get; internal set; }

    /// <inheritdoc/>
    public void Dispose() => _hold.Dispose();
}
