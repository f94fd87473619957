namespace IdResolution.Core.Events;

/// <summary>What the rules of links need of an item.</summary>
/// <param name="Number">Its number in the graph; 0 where it is neither registered nor named by an event.</param>
/// <param name="Template">The code of its record's template; null without one.</param>
public readonly record struct ItemTemplate(long Number, string? Template);
