namespace IdResolution.Core.Traceability;

/// <summary>Where something is.</summary>
/// <param name="Place">The number of the place; 0 where it was sent away, and nothing says where to.</param>
/// <param name="Time">Since when that is known, in microseconds since 1970 UTC.</param>
internal readonly record struct ItemPlace(long Place, long Time);
