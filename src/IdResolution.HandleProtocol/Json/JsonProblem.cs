namespace IdResolution.HandleProtocol.Json;

/// <summary>What is wrong with JSON that was given.</summary>
/// <param name="Path">The field, such as <c>values[3].data.value</c>; empty for the whole.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record JsonProblem(string Path, string Message);
