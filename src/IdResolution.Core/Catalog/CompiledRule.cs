using IdResolution.Core.CodingRules;

namespace IdResolution.Core.Catalog;

/// <summary>A coding rule as it was saved, with its parsed pattern.</summary>
public sealed record CompiledRule(CodingRule Rule, CodingPattern Pattern);
