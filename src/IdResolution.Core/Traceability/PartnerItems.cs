using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Events;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>Finds items as partners see them. Thread-safe.</summary>
public sealed class PartnerItems(IEventStore store, IRecordStore records, CatalogHolder catalog)
{
    /// <summary>What the caller's partner sees of items; null for a caller tied to none, who sees all.</summary>
    internal ItemSights? Of(Caller caller) =>
        catalog.Current is var known && known.SightOf(caller) is { } sight
            ? new ItemSights(records, known, sight)
            : null;

    /// <summary>The numbers of items; 0 where one is not there for the caller.</summary>
    internal async ValueTask<IReadOnlyList<long>> NumbersAsync(
        IReadOnlyList<ItemKey> keys,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var numbers = await store.NumbersAsync(keys, cancellationToken);
        if (Of(caller) is not { } items)
        {
            return numbers;
        }
        await items.ReadAsync(numbers, cancellationToken);
        return [.. numbers.Select(number => items.Of(number) is null ? 0 : number)];
    }
}
