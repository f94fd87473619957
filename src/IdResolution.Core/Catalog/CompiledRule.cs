using IdResolution.Core.CodingRules;

namespace IdResolution.Core.Catalog;

/// <summary>A coding rule as it was saved, with its parsed pattern.</summary>
public sealed record CompiledRule(CodingRule Rule, CodingPattern Pattern)
{
    /// <summary>True if the rule leaves out an identifier that it would give, for its look-alikes.</summary>
    public bool Skips(IdentifierDraft draft, string identifier)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return Rule.SkipLookAlikes == true && draft.LooksAmbiguous(identifier);
    }
}
