namespace IdResolution.Core.Catalog;

/// <summary>A prefix this node is responsible for.</summary>
/// <param name="Prefix">The spelling given.</param>
public sealed record HomedPrefix(string Prefix);
