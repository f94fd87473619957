using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>An active record in a list.</summary>
/// <param name="Identifier">The identifier in the spelling given at registration.</param>
/// <param name="Key">What it is found by, and listed on from.</param>
public readonly record struct ListedIdentifier(string Identifier, LookupKey Key);
