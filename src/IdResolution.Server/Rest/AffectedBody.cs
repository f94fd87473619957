namespace IdResolution.Server.Rest;

/// <summary>Items of which a caller wants to know whether they are held.</summary>
/// <param name="Items">Identifiers and URIs; with a source, keys of that source.</param>
/// <param name="Source">The system whose keys they are.</param>
internal sealed record AffectedBody(IReadOnlyList<string> Items, string? Source = null);
