namespace IdResolution.Core.CodingRules;

/// <summary>One part of a <see cref="CodingPattern"/>.</summary>
/// <param name="Kind">What it writes.</param>
/// <param name="Text">The literal text or the attribute's code; otherwise empty.</param>
internal readonly record struct CodingPatternPart(CodingPatternPartKind Kind, string Text = "");
