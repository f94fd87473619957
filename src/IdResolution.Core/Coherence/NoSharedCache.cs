using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Coherence;

/// <summary>Stands for the L2 of a node without one.</summary>
public sealed class NoSharedCache : ISharedCache
{
    /// <inheritdoc/>
    public bool IsOpen => false;

    /// <inheritdoc/>
    public ValueTask<RecordLookup?> FindAsync(LookupKey key, CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public void Put(LookupKey key, RecordLookup found, long startedAt) { }
}
