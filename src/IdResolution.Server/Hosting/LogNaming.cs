using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>Names the log of a store in use that has no name: it was made before logs had names.</summary>
internal sealed class LogNaming(LogNamer namer, CatalogHolder catalog, LogGuard guard, NodeOptions options)
{
    /// <summary>
    /// Names the log, unless it has a name, the store is empty, or it came back from a backup and takes no writes.
    /// </summary>
    /// <exception cref="StoreException">The store refused it.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (catalog.Current is { Log: null, Sequence: > 0 } && !guard.IsRestored)
        {
            var named = await namer.BeginAsync(options.PublicUrl, cancellationToken);
            if (!named.IsOk)
            {
                throw new StoreException(named.Error, null);
            }
        }
    }
}
