namespace IdResolution.Core.Traceability;

/// <summary>An amount that was computed.</summary>
/// <param name="Quantity">How much.</param>
/// <param name="Unit">The unit; null for pieces.</param>
public readonly record struct TraceAmount(decimal Quantity, string? Unit);
