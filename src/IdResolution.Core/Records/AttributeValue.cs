using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>A value of a templated record.</summary>
/// <param name="Attribute">The attribute as the record's template version defines it.</param>
/// <param name="Canonical">
/// The canonical text, see <see cref="ValueCodec"/>; a JSON array where the attribute is repeated.
/// </param>
public readonly record struct AttributeValue(AttributeDefinition Attribute, string Canonical);
