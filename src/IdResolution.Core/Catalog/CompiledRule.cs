using IdResolution.Core.CodingRules;

namespace IdResolution.Core.Catalog;

/// <summary>A coding rule with its pattern parsed.</summary>
public sealed record CompiledRule(CodingRule Rule, CodingPattern Pattern);
