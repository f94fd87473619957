namespace IdResolution.Core.Access;

/// <summary>What an attribute of an item must say to be covered by a grant.</summary>
/// <param name="Attribute">The code of the attribute.</param>
/// <param name="Values">
/// Its canonical values, of which the item must have one. Of a repeated attribute one element does.
/// </param>
public sealed record GrantCondition(string Attribute, IReadOnlyList<string> Values);
