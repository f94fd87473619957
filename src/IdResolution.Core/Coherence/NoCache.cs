using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Coherence;

/// <summary>Keeps no record, only the floors. Loads and the shared cache are checked against these.</summary>
public sealed class NoCache(InvalidationWatermarks? floors = null) : IRecordCache
{
    private readonly InvalidationWatermarks _floors = floors ?? new InvalidationWatermarks();

    /// <inheritdoc/>
    public CachedRecord? Find(ReadOnlySpan<byte> foldedKey) => null;

    /// <inheritdoc/>
    public void Put(CachedRecord entry) { }

    /// <inheritdoc/>
    public void Invalidate(LookupKey key, long sequence) => _floors.Raise(key, sequence);

    /// <inheritdoc/>
    public void Clear() => _floors.Clear();

    /// <inheritdoc/>
    public long Floor(LookupKey key) => _floors[key];

    /// <inheritdoc/>
    public void Grown(CachedRecord entry) { }
}
