namespace IdResolution.Server.Pages;

/// <summary>What the node's first page shows.</summary>
/// <param name="NodeName">What the operator calls the node.</param>
/// <param name="Prefixes">The prefixes homed here.</param>
/// <param name="LanguageSwitchUrl">
/// Where the same page is found in the other language, or null for no such link.
/// </param>
public sealed record HomePage(string NodeName, IReadOnlyList<string> Prefixes, string? LanguageSwitchUrl = null);
