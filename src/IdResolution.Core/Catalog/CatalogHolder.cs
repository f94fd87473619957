using IdResolution.Core.Documents;

namespace IdResolution.Core.Catalog;

/// <summary>Holds the newest catalog read. Reading <see cref="Current"/> takes no lock. Thread-safe.</summary>
public sealed class CatalogHolder(IDocumentStore store, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile NodeCatalog _current = NodeCatalog.Build([], 0, null, time);

    /// <summary>The newest catalog; empty until the first <see cref="ReloadAsync"/>.</summary>
    public NodeCatalog Current => _current;

    /// <summary>
    /// Reads all documents again, unless the catalog already holds <paramref name="sequence"/> (0: always reads).
    /// </summary>
    public async Task ReloadAsync(long sequence, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_current.Sequence < sequence || sequence == 0)
            {
                var (documents, head) = await store.LoadAsync(cancellationToken);
                _current = NodeCatalog.Build(documents, head, _current, time);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
