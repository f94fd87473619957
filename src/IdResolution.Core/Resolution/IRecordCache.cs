using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Resolution;

/// <summary>Keeps resolved records. Thread-safe; an older entry never replaces a newer one, an invalidated one never comes back.</summary>
public interface IRecordCache
{
    /// <summary>The entry of a folded key, or null. Allocates nothing and takes no lock.</summary>
    CachedRecord? Find(ReadOnlySpan<byte> foldedKey);

    /// <summary>Keeps an entry, unless it was read before an invalidation of its key's stripe.</summary>
    void Put(CachedRecord entry);

    /// <summary>Drops what was read before a log entry; later loads from before it are not kept.</summary>
    void Invalidate(LookupKey key, long sequence);

    /// <summary>What was read from below this head may be superseded, as far as this node knows the log.</summary>
    long Floor(LookupKey key);

    /// <summary>Tells the cache that an entry grew by a rendering.</summary>
    void Grown(CachedRecord entry);
}
