namespace IdResolution.Core.Coherence;

/// <summary>The caches of a node, nearest first.</summary>
/// <param name="Local">In this process.</param>
/// <param name="Shared">What nodes share.</param>
public sealed record CacheLevels(IRecordCache Local, ISharedCache Shared);
