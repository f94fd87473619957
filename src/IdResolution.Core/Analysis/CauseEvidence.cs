using IdResolution.Core.Events;
using static IdResolution.Core.Analysis.CauseSearch;

namespace IdResolution.Core.Analysis;

/// <summary>Names what was found, and shows it by items, a path and events.</summary>
internal sealed class CauseEvidence(CauseGraph graph, CauseTally tally, IEventStore store, int bad)
{
    private const int MostItems = 10;
    private const int MostEvents = 10;
    private const int Page = 256;

    private readonly Dictionary<long, TraceItem> _items = [];

    public async ValueTask<IReadOnlyList<CommonFinding>> ShowAsync(
        IReadOnlyList<Found> found,
        CancellationToken cancellationToken
    )
    {
        var shown = found.Select(static f => new Shown(f)).ToList();
        foreach (var one in shown.Where(static s => s.Leader.Kind != CauseKind.Ancestor))
        {
            AddItems(one);
        }
        AddItems([.. shown.Where(static s => s.Leader.Kind == CauseKind.Ancestor)], cancellationToken);
        foreach (var one in shown)
        {
            AddPath(one);
        }
        await ReadAsync(shown, cancellationToken);
        return [.. shown.Where(s => Known(s.Leader)).Select(Finding)];
    }

    /// <summary>The first bad items that have something of events, and events of theirs that show it.</summary>
    private void AddItems(Shown shown)
    {
        var feature = graph.Features[shown.Leader.Place];
        for (var i = 0; i < feature.Roots.Count && shown.Roots.Count < MostItems; i++)
        {
            if (feature.Roots[i] < bad && (feature.Masks[i] & shown.Leader.Bins) != 0)
            {
                shown.Roots.Add(feature.Roots[i]);
                AddEvents(shown, feature.Roots[i]);
            }
        }
    }

    private void AddEvents(Shown shown, int root)
    {
        foreach (var item in tally.Behind(root))
        {
            foreach (var own in graph.EventsOf(item))
            {
                if (!Shows(own, shown.Leader))
                {
                    continue;
                }
                // The path leads to the item of the first event of the first bad item.
                shown.Target = shown.Target < 0 ? item : shown.Target;
                if (shown.Events.Count < MostEvents && !shown.Events.Contains(graph.EventAt(own)))
                {
                    shown.Events.Add(graph.EventAt(own));
                }
                return;
            }
        }
    }

    private bool Shows(int own, in Candidate candidate)
    {
        foreach (var mention in graph.MentionsOf(own))
        {
            if (mention.Feature == candidate.Place && (candidate.Bins & (1UL << mention.Bin)) != 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The first bad items that have ancestors.</summary>
    private void AddItems(List<Shown> ancestors, CancellationToken cancellationToken)
    {
        var byPlace = ancestors.ToDictionary(static s => s.Leader.Place);
        for (var root = 0; root < bad && byPlace.Count > 0; root++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var item in tally.Behind(root))
            {
                if (item != root && byPlace.TryGetValue(item, out var shown))
                {
                    shown.Target = item;
                    shown.Roots.Add(root);
                    if (shown.Roots.Count == MostItems)
                    {
                        byPlace.Remove(item);
                    }
                }
            }
        }
    }

    /// <summary>The shortest way from the first item to what it has.</summary>
    private void AddPath(Shown shown)
    {
        if (shown.Roots.Count == 0 || shown.Target < 0)
        {
            return;
        }
        var before = new Dictionary<int, int> { [shown.Roots[0]] = -1 };
        var next = new Queue<int>([shown.Roots[0]]);
        while (!before.ContainsKey(shown.Target) && next.TryDequeue(out var item))
        {
            foreach (var link in graph.LinksOf(item))
            {
                if (before.TryAdd(link, item))
                {
                    next.Enqueue(link);
                }
            }
        }
        for (var item = shown.Target; item >= 0; item = before[item])
        {
            shown.Path.Insert(0, item);
        }
    }

    private async ValueTask ReadAsync(List<Shown> shown, CancellationToken cancellationToken)
    {
        var wanted = new HashSet<long>();
        foreach (var one in shown)
        {
            wanted.UnionWith(one.Roots.Concat(one.Path).Select(graph.ItemAt));
            wanted.UnionWith(one.Named.Select(NumberOf));
        }
        wanted.Remove(0);
        foreach (var page in wanted.Chunk(Page))
        {
            foreach (var item in await store.ItemsAsync(page, cancellationToken))
            {
                _items[item.Number] = item;
            }
        }
    }

    /// <summary>The number of the item that a candidate is; 0 for what was measured.</summary>
    private long NumberOf(Candidate candidate) =>
        candidate.Kind == CauseKind.Ancestor ? graph.ItemAt(candidate.Place) : graph.Features[candidate.Place].Key.Item;

    // An item that was registered while it was read has another number now.
    private bool Known(Candidate candidate) =>
        candidate.Kind == CauseKind.Measurement || _items.ContainsKey(NumberOf(candidate));

    private CommonFinding Finding(Shown shown) =>
        new(CauseOf(shown.Leader), shown.Found.Set.Bad, shown.Found.Set.Good, shown.Found.LogP)
        {
            Lift = shown.Found.Lift,
            Same = [.. shown.Named.Skip(1).Where(Known).Select(CauseOf)],
            SameCount = shown.Found.Candidates.Count - 1,
            Items = Items(shown.Roots),
            Path = Items(shown.Path),
            Events = shown.Events,
        };

    private List<TraceItem> Items(List<int> places) =>
        [.. places.Select(place => _items.GetValueOrDefault(graph.ItemAt(place))).OfType<TraceItem>()];

    private Cause CauseOf(Candidate candidate)
    {
        var cause = new Cause(candidate.Kind) { Item = _items.GetValueOrDefault(NumberOf(candidate)) };
        if (candidate.Kind == CauseKind.Ancestor)
        {
            return cause;
        }
        var feature = graph.Features[candidate.Place];
        if (candidate.Kind != CauseKind.Measurement)
        {
            return candidate.IsRanged
                ? cause with
                {
                    From = (long)feature.First(candidate.From),
                    To = (long)feature.Last(candidate.To),
                }
                : cause;
        }
        return cause with
        {
            Characteristic = feature.Key.Characteristic,
            Unit = feature.Key.Unit,
            Step = feature.Key.Step,
            Low = candidate.From == 0 ? null : feature.First(candidate.From),
            High = candidate.To == feature.Bins - 1 ? null : feature.Last(candidate.To),
        };
    }

    /// <summary>What is gathered of one finding.</summary>
    private sealed class Shown(Found found)
    {
        public Found Found => found;

        public Candidate Leader => found.Candidates[0];

        public List<Candidate> Named { get; } =
            found.Candidates.GetRange(0, Math.Min(CommonFinding.MaxSame + 1, found.Candidates.Count));

        public List<int> Roots { get; } = [];

        public List<int> Path { get; } = [];

        public List<long> Events { get; } = [];

        public int Target { get; set; } = -1;
    }
}
