using IdResolution.Core.Catalog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>What is on a carrier now, in boxes too.</summary>
/// <param name="Items">The items, each with the number of what it is on; a box comes before what is in it.</param>
/// <param name="Carriers">The numbers of what has something on it.</param>
/// <param name="IsTooMuch">True if there is more than is read; then nothing of it is told.</param>
internal sealed record CarrierLoad(
    IReadOnlyList<(TraceItem Item, long Carrier)> Items,
    IReadOnlySet<long> Carriers,
    bool IsTooMuch
)
{
    /// <summary>The most items on a carrier that a scan looks at.</summary>
    public const int MaxItems = 10_000;

    // What was taken off again is read too.
    private const int MaxLinks = 100_000;

    /// <summary>Nothing.</summary>
    public static CarrierLoad None { get; } = new([], new HashSet<long>(), false);

    /// <summary>Reads what is on an item.</summary>
    public static async ValueTask<CarrierLoad> ReadAsync(
        IEventStore store,
        NodeCatalog catalog,
        long item,
        CancellationToken cancellationToken
    )
    {
        var contents = new CarrierContents(store, catalog, long.MaxValue, MaxLinks);
        if (!await contents.ReadAsync([item], cancellationToken))
        {
            return None with { IsTooMuch = true };
        }
        // What ends at the last moment of all did not end.
        var links = await contents.AtAsync(item, long.MaxValue - 1, cancellationToken);
        if (links.Count > MaxItems)
        {
            return None with { IsTooMuch = true };
        }
        var found = await store.ItemsByNumberAsync(links.Select(static link => link.Far), cancellationToken);
        return new CarrierLoad(
            [.. links.Where(l => found.ContainsKey(l.Far)).Select(l => (found[l.Far], l.Near))],
            links.Select(static link => link.Near).ToHashSet(),
            IsTooMuch: false
        );
    }
}
