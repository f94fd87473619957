namespace IdResolution.Server.Pages;

/// <summary>An item on the page of a trace.</summary>
/// <param name="Identifier">The identifier, or a text that has none.</param>
/// <param name="Url">The address of its page; null for a text.</param>
/// <param name="Template">The name of its template; null without one.</param>
/// <param name="Generation">The steps from the item that was traced.</param>
/// <param name="Quantity">How much, with the unit; null where it is not known.</param>
public sealed record TraceRow(string Identifier, string? Url, string? Template, int Generation, string? Quantity);
