using IdResolution.Core.Catalog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What was on pallets and other carriers at a time, in boxes too. What is in an assembly is a part of it, and nothing
/// of its own. Used once.
/// </summary>
internal sealed class CarrierContents(IEventStore store, NodeCatalog catalog, long number, int most)
{
    /// <summary>How many items one call of the store is asked for.</summary>
    public const int ItemsAtOnce = 256;

    private readonly Containment _containment = new(store, number);
    private readonly Dictionary<long, List<EventLink>> _links = [];
    private int _count;

    /// <summary>Reads what was ever in some items, and in that; false where it is too much.</summary>
    public async ValueTask<bool> ReadAsync(IReadOnlyCollection<long> items, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<long> level = items;
        for (var depth = 0; depth < PlaceFinder.Deepest && level.Count > 0; depth++)
        {
            var next = new HashSet<long>();
            foreach (var some in level.Where(item => !_links.ContainsKey(item)).Chunk(ItemsAtOnce))
            {
                foreach (var link in await LinksAsync(some, cancellationToken))
                {
                    next.Add(link.Far);
                }
                if (_count > most)
                {
                    return false;
                }
            }
            level = next;
        }
        return true;
    }

    /// <summary>What was on an item at a time, each with its quantity and unit.</summary>
    public async ValueTask<IReadOnlyList<EventLink>> AtAsync(long item, long time, CancellationToken cancellationToken)
    {
        var (found, seen, waiting) = (new List<EventLink>(), new HashSet<long> { item }, new Queue<long>([item]));
        while (waiting.TryDequeue(out var carrier))
        {
            foreach (var link in _links.GetValueOrDefault(carrier, []))
            {
                if (
                    link.Time <= time
                    && await _containment.EndAsync(carrier, link.Far, link.Time, link.Event, cancellationToken) > time
                    && seen.Add(link.Far)
                )
                {
                    found.Add(link);
                    waiting.Enqueue(link.Far);
                }
            }
        }
        return found;
    }

    private async ValueTask<List<EventLink>> LinksAsync(long[] items, CancellationToken cancellationToken)
    {
        var carriers = new List<long>(items.Length);
        foreach (var item in await store.ItemsAsync(items, cancellationToken))
        {
            _links[item.Number] = [];
            if (!Carriers.IsAssembly(item.Template, catalog))
            {
                carriers.Add(item.Number);
            }
        }
        var links = new List<EventLink>();
        var after = default(LinkPosition);
        while (after.Item < carriers.Count && _count + links.Count <= most)
        {
            var query = new LinkQuery
            {
                Items = carriers,
                Backward = true,
                Kinds = LinkKinds.Contains,
                Number = number,
                After = after,
            };
            after = await store.LinksAsync(query, links, cancellationToken);
        }
        foreach (var link in links)
        {
            _links[link.Near].Add(link);
        }
        _count += links.Count;
        return links;
    }
}
