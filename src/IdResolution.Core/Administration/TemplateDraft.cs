using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>A template as it would be saved beside its earlier versions.</summary>
/// <param name="Template">The template, with number, state, identifier and the indexes of its attributes.</param>
/// <param name="IsNew">True for a version that is not there yet.</param>
/// <param name="Changed">True if it differs from the newest version.</param>
internal readonly record struct TemplateDraft(Template Template, bool IsNew, bool Changed)
{
    /// <summary>A template as the next of its versions, or the reason why it cannot be saved.</summary>
    public static Result<TemplateDraft> Of(Template template, NodeCatalog current) =>
        Of(template, current, current.Categories.Keys, current.Rules);

    /// <summary>The same among categories and coding rules that may not be saved yet.</summary>
    public static Result<TemplateDraft> Of(
        Template template,
        NodeCatalog current,
        ICollection<string> categories,
        IReadOnlyDictionary<string, CompiledRule> rules
    )
    {
        var versions = template.Code is null ? [] : current.TemplateVersions(template.Code);
        var latest = versions.Count > 0 ? versions[^1] : null;
        var earlier = latest?.State == TemplateState.Draft ? versions.Take(versions.Count - 1).ToList() : versions;
        var faults = new Faults();
        var prefix = PrefixOf(template, latest, current, faults);
        var text = VersionTextOf(template, latest, faults);
        var draft = TemplateRules.WithIndexes(template with { Prefix = prefix, VersionText = text }, earlier);
        TemplateRules.Check(draft, earlier, faults);
        Check(draft, current, categories, rules, faults);
        if (faults.TryCombine(out var error))
        {
            return error;
        }
        return latest is null ? First(draft, current) : Following(latest, draft);
    }

    /// <summary>Checks a draft by what else the node has.</summary>
    private static void Check(
        Template draft,
        NodeCatalog current,
        ICollection<string> categories,
        IReadOnlyDictionary<string, CompiledRule> rules,
        Faults faults
    )
    {
        CheckVersionText(draft, current, faults);
        CheckReferences(draft, categories, rules, faults);
        if (current.Prefixes.Count == 0)
        {
            faults.Add(IdentifierErrors.NoPrefix("prefix"));
        }
    }

    /// <summary>The prefix of a draft. A template that is there already keeps its own, and need not name it.</summary>
    private static string? PrefixOf(Template template, Template? latest, NodeCatalog current, Faults faults)
    {
        if (latest is null)
        {
            if (string.IsNullOrEmpty(template.Prefix))
            {
                return null;
            }
            if (!current.IsHomed(template.Prefix))
            {
                faults.Add(IdentifierErrors.NotResponsible(template.Prefix, "prefix"));
            }
            return template.Prefix;
        }
        var old = latest.Prefix ?? "";
        if (template.Prefix is { } given && !given.Equals(old, StringComparison.OrdinalIgnoreCase))
        {
            faults.Add(TemplateErrors.OtherPrefix(old));
        }
        return latest.Prefix;
    }

    /// <summary>The version text of a draft. A template that is there already keeps its own.</summary>
    private static string? VersionTextOf(Template template, Template? latest, Faults faults)
    {
        if (latest is null)
        {
            return template.VersionText;
        }
        if (template.VersionText is { } given && given != latest.VersionText)
        {
            faults.Add(TemplateErrors.OtherVersionText(latest.VersionText));
        }
        return latest.VersionText;
    }

    /// <summary>No two templates of a prefix that take registrations are found by one version text.</summary>
    private static void CheckVersionText(Template draft, NodeCatalog current, Faults faults)
    {
        if (draft.VersionText is not { } text)
        {
            return;
        }
        foreach (var code in current.CodesOf(text))
        {
            if (
                code != draft.Code
                && current.FindPublished(code) is { } other
                && string.Equals(other.Prefix, draft.Prefix, StringComparison.OrdinalIgnoreCase)
            )
            {
                faults.Add(TemplateErrors.VersionTextTaken(text, code));
                return;
            }
        }
    }

    private static TemplateDraft First(Template draft, NodeCatalog current)
    {
        var identifier = $"{draft.Prefix ?? current.Prefixes[0].Text}/{Template.IdentifierPrefix}{draft.Code}";
        var first = draft with { Version = 1, State = TemplateState.Draft, Identifier = identifier };
        return new TemplateDraft(first, IsNew: true, Changed: true);
    }

    /// <summary>Compares a draft with the newest version: a change of it, a version after it, or nothing.</summary>
    private static TemplateDraft Following(Template latest, Template draft)
    {
        draft = draft with
        {
            Version = latest.Version,
            State = latest.State,
            Identifier = latest.Identifier,
            CopiedFrom = latest.CopiedFrom ?? draft.CopiedFrom,
        };
        if (Json(draft) == Json(latest))
        {
            return new TemplateDraft(latest, IsNew: false, Changed: false);
        }
        return latest.State == TemplateState.Draft
            ? new TemplateDraft(draft, IsNew: false, Changed: true)
            : new TemplateDraft(
                draft with
                {
                    Version = latest.Version + 1,
                    State = TemplateState.Draft,
                },
                IsNew: true,
                Changed: true
            );
    }

    private static void CheckReferences(
        Template draft,
        ICollection<string> categories,
        IReadOnlyDictionary<string, CompiledRule> rules,
        Faults faults
    )
    {
        if (draft.Category is { } category && !categories.Contains(category))
        {
            faults.Add(TemplateErrors.NoCategory(category, "category"));
        }
        if (draft.CodingRule is not { } rule)
        {
            return;
        }
        if (!rules.TryGetValue(rule, out var compiled))
        {
            faults.Add(TemplateErrors.NoCodingRule(rule));
        }
        // Attributes that are not sound, such as two of one code, fit no rule.
        else if (!faults.Any && CodingRuleChecks.CheckFit(compiled, draft) is { } misfit)
        {
            faults.Add(misfit);
        }
    }

    private static string Json(Template template) =>
        System.Text.Json.JsonSerializer.Serialize(template, CatalogJson.Default.Template);
}
