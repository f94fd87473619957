namespace IdResolution.HandleProtocol.Json;

/// <summary>A problem in JSON from a client.</summary>
/// <param name="Path">The path of the field, such as <c>values[3].data.value</c>; empty for the whole document.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record JsonProblem(string Path, string Message);
