namespace IdResolution.Core.Upstream;

/// <summary>An identifier as the secondary node is to have it.</summary>
/// <param name="Identifier">The identifier in the spelling given at registration.</param>
/// <param name="TemplateVersion">The version text that names its template there.</param>
/// <param name="Values">The values of all attributes that go up, ascending by index.</param>
public sealed record UpstreamItem(string Identifier, string TemplateVersion, IReadOnlyList<UpstreamValue> Values);

/// <summary>A value of an identifier.</summary>
/// <param name="Index">The index of its attribute.</param>
/// <param name="Type">The code of its attribute.</param>
/// <param name="Text">The value as canonical text; null where there is none, or it stays here.</param>
public readonly record struct UpstreamValue(int Index, string Type, string? Text);
