namespace IdResolution.Core.Identifiers;

/// <summary>One element of a GS1 element string.</summary>
/// <param name="Ai">The application identifier, 2 to 4 digits.</param>
/// <param name="Value">The value, without separators.</param>
internal readonly record struct Gs1Element(string Ai, string Value);
