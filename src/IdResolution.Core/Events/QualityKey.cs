namespace IdResolution.Core.Events;

/// <summary>What a group has in common in one dimension, as the store keeps it.</summary>
/// <param name="Number">The number of a day since 0001-01-01, or of an item; 0 for none.</param>
/// <param name="Text">A text; empty for none.</param>
public readonly record struct QualityKey(long Number, string Text);
