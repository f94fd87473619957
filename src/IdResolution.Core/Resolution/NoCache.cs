using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Resolution;

/// <summary>Keeps nothing.</summary>
public sealed class NoCache : IRecordCache
{
    /// <inheritdoc/>
    public CachedRecord? Find(ReadOnlySpan<byte> foldedKey) => null;

    /// <inheritdoc/>
    public void Put(CachedRecord entry)
    {
    }

    /// <inheritdoc/>
    public void Invalidate(LookupKey key, long sequence)
    {
    }

    /// <inheritdoc/>
    public void Grown(CachedRecord entry)
    {
    }
}
