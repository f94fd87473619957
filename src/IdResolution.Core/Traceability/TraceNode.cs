using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>An item that a walk found.</summary>
/// <param name="Item">The item.</param>
/// <param name="Generation">
/// The steps from the root. In a trace both ways those behind it are below zero.
/// </param>
/// <param name="Via">The item from which the walk first came to it; null for the root.</param>
/// <param name="IsShown">False if the query's filter leaves it out.</param>
public readonly record struct TraceNode(TraceItem Item, int Generation, TraceItem? Via, bool IsShown);
