namespace IdResolution.Core.Catalog;

/// <summary>A prefix this node is responsible for, or was.</summary>
/// <param name="Prefix">The spelling given.</param>
/// <param name="Unhomed">True once the node is no longer responsible for it.</param>
public sealed record HomedPrefix(string Prefix, bool Unhomed = false);
