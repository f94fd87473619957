namespace IdResolution.Core.Catalog;

/// <summary>The document of a prefix that the node is, or was, responsible for.</summary>
/// <param name="Prefix">The prefix in the spelling given when it was homed.</param>
/// <param name="Unhomed">True if the node is no longer responsible for the prefix.</param>
public sealed record HomedPrefix(string Prefix, bool Unhomed = false);
