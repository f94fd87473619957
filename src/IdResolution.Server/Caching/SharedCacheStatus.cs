namespace IdResolution.Server.Caching;

/// <summary>How the L2 is.</summary>
/// <param name="IsDegraded">It is configured, and now not believed in whole or in part.</param>
/// <param name="Reason">Why, for the operator; null where it is not.</param>
internal readonly record struct SharedCacheStatus(bool IsDegraded, string? Reason);
