namespace IdResolution.Core.Events;

/// <summary>How many holds there are.</summary>
/// <param name="InForce">Those in force.</param>
/// <param name="Spreading">Those that did not reach yet everything made from their items.</param>
public readonly record struct HoldCounts(long InForce, long Spreading);
