using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>An attribute of a record, with its value.</summary>
/// <param name="Attribute">The definition in the template version that the record was made with.</param>
/// <param name="Canonical">
/// The canonical text (<see cref="ValueCodec"/>). A repeated attribute has a JSON array.
/// </param>
public readonly record struct AttributeValue(AttributeDefinition Attribute, string Canonical);
