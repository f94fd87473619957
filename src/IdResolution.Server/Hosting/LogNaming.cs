using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>Names the log of a store in use that has no name: it was made before logs had names.</summary>
internal sealed class LogNaming(LogNamer namer, CatalogHolder catalog, NodeOptions options)
{
    /// <summary>Names the log, unless it has a name or the store is empty.</summary>
    /// <exception cref="OperatorException">The store refused it.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (catalog.Current is { Log: null, Sequence: > 0 })
        {
            var named = await namer.BeginAsync(options.PublicUrl, cancellationToken);
            if (!named.IsOk)
            {
                throw new OperatorException($"The log cannot be named: {named.Error.Message.En}");
            }
        }
    }
}
