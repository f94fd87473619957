namespace IdResolution.Server.Caching;

/// <summary>The state of the L2 cache.</summary>
/// <param name="IsDegraded">True if Redis is configured, but not all of its partitions are believed now.</param>
/// <param name="Reason">Why it is degraded, for the operator; else null.</param>
internal readonly record struct SharedCacheStatus(bool IsDegraded, string? Reason);
