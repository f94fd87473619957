using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Reads many items from the graph, some at once.</summary>
internal static class GraphReaders
{
    private const int AtOnce = 1_000;

    /// <summary>Items by their numbers; without those that there are not.</summary>
    public static async ValueTask<Dictionary<long, TraceItem>> ItemsByNumberAsync(
        this IGraphReader graph,
        IEnumerable<long> numbers,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<long, TraceItem>();
        foreach (var some in numbers.Where(static number => number != 0).Distinct().Chunk(AtOnce))
        {
            foreach (var item in await graph.ItemsAsync(some, cancellationToken))
            {
                found[item.Number] = item;
            }
        }
        return found;
    }

    /// <summary>Items by their keys; without those that nobody knows.</summary>
    public static async ValueTask<Dictionary<ItemKey, TraceItem>> ItemsByKeyAsync(
        this IEventStore store,
        IEnumerable<ItemKey> keys,
        CancellationToken cancellationToken
    )
    {
        var numbers = new List<long>();
        foreach (var some in keys.Distinct().Chunk(AtOnce))
        {
            numbers.AddRange(await store.NumbersAsync(some, cancellationToken));
        }
        var items = await store.ItemsByNumberAsync(numbers, cancellationToken);
        return items.Values.ToDictionary(static item => item.Key);
    }
}
