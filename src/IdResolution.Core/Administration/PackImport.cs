using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>A pack under import, with the writes and faults so far. Not thread-safe.</summary>
internal sealed class PackImport(DocumentEditor documents, TemplatePack pack, NodeCatalog current, Caller caller)
{
    private readonly List<DocumentWrite> _writes = [];
    private readonly List<WidenedAttribute> _widened = [];
    private readonly Faults _faults = new();

    /// <summary>The edit that imports all of it, or all faults.</summary>
    public Result<(IReadOnlyList<DocumentWrite> Writes, ImportedPack Answer)> Run()
    {
        CheckDistinct();
        if (_faults.TryCombine(out var unusable))
        {
            return unusable;
        }
        var categories = ImportCategories();
        var rules = ImportRules();
        ImportTemplates(categories.Keys, rules);
        return _faults.TryCombine(out var error)
            ? error
            : CatalogWrites.Of(_writes, new ImportedPack(_writes.Count, _widened));
    }

    /// <summary>Imports the categories. Returns all categories after the import.</summary>
    private Dictionary<string, Category> ImportCategories()
    {
        var categories = new Dictionary<string, Category>(current.Categories, StringComparer.Ordinal);
        foreach (var category in pack.Categories)
        {
            categories[category.Code] = category;
        }
        foreach (var category in pack.Categories)
        {
            if (CategoryEditor.Check(category, code => categories.GetValueOrDefault(code)) is { } error)
            {
                _faults.Add(Within(error, $"categories.{category.Code}"));
            }
            else if (!(current.Categories.TryGetValue(category.Code, out var old) && old == category))
            {
                _writes.Add(documents.Write(current, category, caller));
            }
        }
        return categories;
    }

    /// <summary>Imports the coding rules. Returns all coding rules after the import.</summary>
    private Dictionary<string, CompiledRule> ImportRules()
    {
        var rules = current.Rules.ToDictionary(r => r.Key, r => r.Value, StringComparer.Ordinal);
        foreach (var rule in pack.CodingRules)
        {
            if (!CodingRuleChecks.Check(rule, current).TryGet(out var compiled, out var error))
            {
                _faults.Add(Within(error, $"codingRules.{rule.Code}"));
                continue;
            }
            rules[rule.Code] = compiled;
            foreach (var misfit in Misfits(compiled))
            {
                _faults.Add(misfit);
            }
            if (!(current.Rules.TryGetValue(rule.Code, out var old) && old.Rule == compiled.Rule))
            {
                _writes.Add(documents.Write(current, compiled.Rule, caller));
            }
        }
        return rules;
    }

    /// <summary>
    /// The errors for stored templates that a rule would not fit. Templates in the pack are checked with the pack.
    /// </summary>
    private IEnumerable<Error> Misfits(CompiledRule rule) =>
        CodingRuleChecks
            .UsersOf(rule.Rule.Code, current)
            .Where(t => pack.Templates.All(p => p.Code != t.Code))
            .Select(t => CodingRuleChecks.CheckFit(rule, t))
            .OfType<Error>()
            .Select(e => Within(e, $"codingRules.{rule.Rule.Code}"));

    private void ImportTemplates(ICollection<string> categories, IReadOnlyDictionary<string, CompiledRule> rules)
    {
        foreach (var template in pack.Templates)
        {
            var drafted = TemplateDraft.Of(template, current, categories, rules);
            if (!drafted.TryGet(out var draft, out var error))
            {
                foreach (var fault in error.Details.Count > 0 ? error.Details : [error])
                {
                    _faults.Add(Within(fault, $"templates.{template.Code}"));
                }
            }
            else if (draft.IsNew || draft.Changed || draft.Template.State == TemplateState.Draft)
            {
                _writes.Add(documents.Write(current, draft.Template with { State = TemplateState.Published }, caller));
                if (current.TemplateVersions(template.Code).LastOrDefault(IsOut) is { } earlier)
                {
                    _widened.AddRange(WidenedAttribute.Between(earlier, draft.Template));
                }
            }
        }
    }

    /// <summary>True for a version that is or was published, so that records may have it.</summary>
    private static bool IsOut(Template version) => version.State != TemplateState.Draft;

    private void CheckDistinct()
    {
        Check("categories", pack.Categories, c => c?.Code);
        Check("codingRules", pack.CodingRules, r => r?.Code);
        Check("templates", pack.Templates, t => t?.Code);

        void Check<T>(string field, IReadOnlyList<T> items, Func<T, string?> codeOf)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < items.Count; i++)
            {
                if (codeOf(items[i]) is not { } code)
                {
                    _faults.Add(TemplateErrors.NeedsCode($"{field}[{i}]"));
                }
                else if (!seen.Add(code))
                {
                    _faults.Add(TemplateErrors.TwiceInPack(code, field));
                }
            }
        }
    }

    private static Error Within(Error error, string place) =>
        error with
        {
            Field = error.Field is null ? place : $"{place}.{error.Field}",
            Details = [],
        };
}
