using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>What a coding rule must be, by itself and for the templates that use it.</summary>
public static class CodingRuleChecks
{
    /// <summary>
    /// The same as <see cref="Check(CodingRule, NodeCatalog)"/> for a caller who may be bound to a prefix: none
    /// beyond it is homed for them.
    /// </summary>
    public static Result<CompiledRule> Check(CodingRule rule, Caller caller, NodeCatalog current)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return caller.Shares(rule.Prefix) || rule.Prefix is ""
            ? Check(rule, current)
            : IdentifierErrors.NotResponsible(rule.Prefix!, "prefix");
    }

    /// <summary>Checks a coding rule and parses its pattern. Ignores the templates that use it.</summary>
    public static Result<CompiledRule> Check(CodingRule rule, NodeCatalog current)
    {
        if (!TemplateRules.IsCode(rule.Code))
        {
            return TemplateErrors.BadCode();
        }
        if (rule.Prefix is "")
        {
            rule = rule with { Prefix = null };
        }
        if (rule.Prefix is not null && !current.IsHomed(rule.Prefix))
        {
            return IdentifierErrors.NotResponsible(rule.Prefix, "prefix");
        }
        if (rule.Pattern?.StartsWith(Template.IdentifierPrefix, StringComparison.OrdinalIgnoreCase) == true)
        {
            return TemplateErrors.PatternForTemplates();
        }
        var pattern = CodingPattern.Parse(rule.Pattern);
        return pattern.IsOk ? new CompiledRule(Settled(rule, pattern.Value, current), pattern.Value) : pattern.Error;
    }

    /// <summary>The error for a template that a rule does not fit, or null.</summary>
    internal static Error? CheckFit(CompiledRule rule, Template template)
    {
        foreach (var code in rule.Pattern.Attributes)
        {
            if (template.Find(code) is not { Required: true, Repeated: false, State: AttributeState.Active })
            {
                return TemplateErrors.RuleDoesNotFit(rule.Rule.Code, code, template.Code);
            }
        }
        return null;
    }

    /// <summary>The templates that use a rule: newest versions, and published versions behind a draft.</summary>
    internal static IEnumerable<Template> UsersOf(string rule, NodeCatalog current) =>
        current
            .TemplateCodes.SelectMany(c => new[] { current.FindLatest(c), current.FindPublished(c) })
            .OfType<Template>()
            .Distinct()
            .Where(t => t.CodingRule == rule);

    /// <summary>Rules made before look-alikes were skipped give what they gave.</summary>
    private static CodingRule Settled(CodingRule rule, CodingPattern pattern, NodeCatalog current)
    {
        if (rule.SkipLookAlikes is not null)
        {
            return rule;
        }
        bool? byItself = pattern is { Check: not null, SequenceDigits: > 0 } ? true : null;
        return rule with
        {
            SkipLookAlikes = current.Rules.TryGetValue(rule.Code, out var old) ? old.Rule.SkipLookAlikes : byItself,
        };
    }
}
