namespace IdResolution.Core.Coherence;

/// <summary>The two caches that a node reads before the store.</summary>
/// <param name="Local">The cache in this process (L1).</param>
/// <param name="Shared">The cache that the nodes share (L2).</param>
public sealed record CacheLevels(IRecordCache Local, ISharedCache Shared);
