using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Coherence;

/// <summary>
/// L2: what nodes on one store share of what they loaded. It may forget, fail or be away at any time; none of that
/// reaches the caller. Thread-safe.
/// </summary>
public interface ISharedCache
{
    /// <summary>False while it would answer nothing, so that nobody waits for it.</summary>
    bool IsOpen { get; }

    /// <summary>What is kept for a key, or null where the store must be asked. Bounded in time, never fails.</summary>
    ValueTask<RecordLookup?> FindAsync(LookupKey key, CancellationToken cancellationToken);

    /// <summary>Gives what the store found, without waiting; it is kept unless something newer is there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="found">What the store found.</param>
    /// <param name="startedAt">
    /// When the store was asked, in milliseconds of <see cref="Environment.TickCount64"/>: an old load is not kept.
    /// </param>
    void Put(LookupKey key, RecordLookup found, long startedAt);
}
