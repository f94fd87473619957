using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Server.Demo;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.CommandLine.Serving;

/// <summary>The identifiers of items of the demonstration plant, by their keys.</summary>
/// <param name="node">The node in which they are registered.</param>
internal sealed class DemoKeys(NodeContainer node)
{
    private readonly Dictionary<DemoReference, Identifier> _known = [];

    /// <summary>The identifier of an item; null where it is not registered.</summary>
    public async ValueTask<Identifier?> FindAsync(DemoReference item, CancellationToken cancellationToken)
    {
        if (
            !_known.TryGetValue(item, out var identifier)
            && await node.Get<KeyFinder>().FindAsync(item.Source, item.Key, null, cancellationToken)
                is { IsOk: true, Value: { } record }
            && Identifier.TryParse(RecordState.IdentifierOf(record), out identifier)
        )
        {
            _known.Add(item, identifier);
        }
        return identifier;
    }
}
