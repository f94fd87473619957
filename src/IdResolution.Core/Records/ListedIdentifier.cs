using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>An active record as <see cref="IRecordStore.ListAsync"/> lists it.</summary>
/// <param name="Identifier">The identifier in the spelling given at registration.</param>
/// <param name="Key">The lookup key. The next page begins after it.</param>
public readonly record struct ListedIdentifier(string Identifier, LookupKey Key);
