using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Coherence;

/// <summary>
/// L2: a cache that the nodes of one store share. It may forget, fail or be away at any time, without effect on the
/// caller. Thread-safe.
/// </summary>
public interface ISharedCache
{
    /// <summary>False while the cache does not answer, so that nobody waits for it.</summary>
    bool IsOpen { get; }

    /// <summary>Finds the record of a key; null if the store must be asked. Bounded in time, never fails.</summary>
    ValueTask<RecordLookup?> FindAsync(LookupKey key, CancellationToken cancellationToken);

    /// <summary>Offers an answer of the store, without waiting. The cache keeps it if it has nothing newer.</summary>
    /// <param name="key">The lookup key that the store was asked for.</param>
    /// <param name="found">The answer of the store.</param>
    /// <param name="startedAt">
    /// The time when the store was asked, as <see cref="Environment.TickCount64"/>. An old load is not kept.
    /// </param>
    void Put(LookupKey key, RecordLookup found, long startedAt);
}
