using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What a partner is shown of items that events name, by their numbers: each is looked at once. What is not registered
/// here is covered by no grant. Not thread-safe.
/// </summary>
internal sealed class ItemSights(IRecordStore records, NodeCatalog catalog, PartnerSight sight)
{
    private const int Page = 256;

    private readonly Dictionary<long, GrantedView?> _views = [];

    /// <summary>What is shown of an item that was read; null for nothing.</summary>
    public GrantedView? Of(long item) => _views.GetValueOrDefault(item);

    /// <summary>Looks at items that were not looked at yet.</summary>
    public async ValueTask ReadAsync(IEnumerable<long> items, CancellationToken cancellationToken)
    {
        foreach (var page in items.Where(item => !_views.ContainsKey(item)).Distinct().Chunk(Page))
        {
            var states = await records.StatesAsync(page, cancellationToken);
            for (var i = 0; i < page.Length; i++)
            {
                _views[page[i]] = states[i] is { } state ? View(state) : null;
            }
        }
    }

    /// <summary>The same for one, with its view.</summary>
    public async ValueTask<GrantedView?> ReadAsync(long item, CancellationToken cancellationToken)
    {
        await ReadAsync([item], cancellationToken);
        return Of(item);
    }

    // A record under a prefix that is not homed any more is there for nobody.
    private GrantedView? View(byte[] state) =>
        Identifier.TryParse(RecordState.IdentifierOf(state), out var identifier) && catalog.IsHomed(identifier)
            ? sight.Of(state)
            : null;
}
