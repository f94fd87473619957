using IdResolution.Core.Events;

namespace IdResolution.Storage.Sql;

/// <summary>
/// Looks whether an event would have something be part of itself at any time: from each parent that gets children, or
/// that a correction gives children back, it walks up through what that is part of while they are in it. The walk is
/// bounded; where it does not come to an end, the event is refused.
/// </summary>
internal sealed class CycleWalk(PartGraph graph)
{
    /// <summary>The most items that are walked to.</summary>
    public const int MostItems = 100_000;

    private const int MostLooked = 1_000_000;

    private readonly List<(long Item, PartSpan Span, int From)> _ways = [];
    private readonly Dictionary<long, List<PartSpan>> _seen = [];
    private readonly List<(long Parent, PartSpan Span)> _edges = [];

    /// <summary>True if an event may put something into something, or take back that it was taken out.</summary>
    public static bool Concerns(EventWrite write) =>
        write.Voids != 0
        || (
            write.Members.Any(static m => m.Role == MemberRole.Parent)
            && write.Members.Any(static m => m.Role == MemberRole.Child)
        );

    /// <summary>Refuses an event that closes a circle; null for one that does not.</summary>
    /// <param name="write">The event.</param>
    /// <param name="items">The number of each of its items; 0 for what is new, which is part of nothing.</param>
    /// <param name="freed">What the event that it voids had taken out, and when.</param>
    /// <param name="keysOf">The keys of items.</param>
    public EventWriteResult? Refuse(
        EventWrite write,
        long[] items,
        IReadOnlyList<(long Item, long Time)> freed,
        Func<List<long>, IReadOnlyList<ItemKey>> keysOf
    )
    {
        if (freed.Count > MostItems)
        {
            return new EventWriteResult(EventOutcome.TooDeep);
        }
        var takeBack = graph.Try(write, items);
        try
        {
            var looked = graph.Looked;
            foreach (var (parent, half) in Halves(write, items, freed))
            {
                if (Find(parent, half, looked + MostLooked) is { } path)
                {
                    return new EventWriteResult(EventOutcome.Cycle) { Path = keysOf(path) };
                }
                if (graph.IsCut || _ways.Count > MostItems || graph.Looked > looked + MostLooked)
                {
                    return new EventWriteResult(EventOutcome.TooDeep);
                }
            }
            return null;
        }
        finally
        {
            takeBack();
        }
    }

    /// <summary>By parent, the children that the event has in it, and from when on.</summary>
    private Dictionary<long, Half> Halves(EventWrite write, long[] items, IReadOnlyList<(long Item, long Time)> freed)
    {
        var halves = new Dictionary<long, Half>();
        var children = Named(write, items, MemberRole.Child);
        foreach (var parent in children.Count == 0 ? [] : Named(write, items, MemberRole.Parent))
        {
            halves.Add(parent, new Half(write.Time, [.. children]));
        }
        foreach (var (number, time) in freed)
        {
            var item = graph.ItemOf(number);
            _edges.Clear();
            graph.AddEdges(item, new PartSpan(time, time + 1), _edges);
            foreach (var (parent, _) in _edges)
            {
                if (halves.TryGetValue(parent, out var half))
                {
                    half.Children.Add(item);
                    halves[parent] = half with { From = Math.Min(time, half.From) };
                }
                else
                {
                    halves.Add(parent, new Half(time, [item]));
                }
            }
        }
        return halves;
    }

    private HashSet<long> Named(EventWrite write, long[] items, MemberRole role)
    {
        var named = new HashSet<long>();
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] > 0 && write.Members[i].Role == role)
            {
                named.Add(graph.ItemOf(items[i]));
            }
        }
        return named;
    }

    /// <summary>The items from a parent up to one of its children; null if there is no such way.</summary>
    private List<long>? Find(long parent, Half half, int mostLooked)
    {
        _ways.Clear();
        _seen.Clear();
        Go(parent, new PartSpan(half.From, long.MaxValue), -1);
        for (var i = 0; i < _ways.Count && _ways.Count <= MostItems && graph.Looked <= mostLooked; i++)
        {
            var (item, span, _) = _ways[i];
            _edges.Clear();
            graph.AddEdges(item, span, _edges);
            // Where it is a child, the circle is closed if it is in the parent while the way lasts.
            if (half.Children.Contains(item) && _edges.Exists(edge => edge.Parent == parent))
            {
                return PathTo(i);
            }
            foreach (var (above, edge) in _edges)
            {
                Go(above, edge.With(span), i);
            }
        }
        return null;
    }

    private void Go(long item, in PartSpan span, int from)
    {
        if (!_seen.TryGetValue(item, out var seen))
        {
            _seen.Add(item, seen = []);
        }
        foreach (var before in seen)
        {
            if (before.Holds(span))
            {
                return;
            }
        }
        seen.Add(span);
        _ways.Add((item, span, from));
    }

    private List<long> PathTo(int way)
    {
        var path = new List<long>();
        for (; way >= 0; way = _ways[way].From)
        {
            path.Add(_ways[way].Item);
        }
        path.Reverse();
        return path;
    }

    private readonly record struct Half(long From, HashSet<long> Children);
}
