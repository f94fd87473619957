namespace IdResolution.Server.Pages;

/// <summary>The content of the node's first page.</summary>
/// <param name="NodeName">The name in the heading and the title.</param>
/// <param name="Prefixes">The prefixes homed here; null if the reader may not know them.</param>
/// <param name="LanguageSwitchUrl">The URL of the same page in the other language; null for no link.</param>
public sealed record HomePage(string NodeName, IReadOnlyList<string>? Prefixes, string? LanguageSwitchUrl = null);
