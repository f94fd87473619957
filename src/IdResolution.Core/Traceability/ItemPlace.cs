namespace IdResolution.Core.Traceability;

/// <summary>Where something is.</summary>
/// <param name="Place">The number of the place.</param>
/// <param name="Time">Since when that is known, in microseconds since 1970 UTC.</param>
internal readonly record struct ItemPlace(long Place, long Time);
