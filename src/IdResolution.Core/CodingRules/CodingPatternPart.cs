namespace IdResolution.Core.CodingRules;

internal readonly record struct CodingPatternPart(CodingPatternPartKind Kind, string Text = "");
