using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>Edits templates, categories and coding rules. Editing needs role admin. Thread-safe.</summary>
public sealed class TemplateEditor(DocumentEditor documents)
{
    /// <summary>
    /// Saves a draft: the first version of a new code, the next version after a published one, or a change of the
    /// existing draft. A template that equals the newest version changes nothing. The answer says if a new version was
    /// made.
    /// </summary>
    public Task<Result<(Template Template, bool IsNew)>> SaveDraftAsync(
        Template template,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    ) =>
        documents.EditAsync(
            caller,
            "template.save",
            template.Code ?? "",
            current =>
            {
                if (!Draft(template, current).TryGet(out var draft, out var error))
                {
                    return error;
                }
                return Edit(
                    draft.IsNew || draft.Changed ? [Write(current, draft.Template, caller)] : [],
                    (draft.Template, draft.IsNew)
                );
            },
            cancellationToken,
            misread
        );

    /// <summary>Publishes the newest version, which registrations then use. Publishing again changes nothing.</summary>
    public Task<Result<Template>> PublishAsync(string code, Caller caller, CancellationToken cancellationToken) =>
        documents.EditAsync<Template>(
            caller,
            "template.publish",
            code,
            current =>
            {
                if (current.FindLatest(code) is not { } latest)
                {
                    return TemplateErrors.NoTemplate(code);
                }
                var published = latest with { State = TemplateState.Published };
                return Edit(
                    latest.State == TemplateState.Published ? [] : [Write(current, published, caller)],
                    published
                );
            },
            cancellationToken
        );

    /// <summary>
    /// Saves a template as its next version and publishes it, in one edit, for a caller whom the edit itself lets
    /// through or refuses. One that equals the newest version, which is published, changes nothing.
    /// </summary>
    /// <param name="make">Makes the template, or the reason for a refusal. May be called several times.</param>
    /// <param name="target">What it is about, for the audit log.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    internal Task<Result<Template>> SavePublishedAsync(
        Func<NodeCatalog, Result<Template>> make,
        string target,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        documents.EditPermittedAsync<Template>(
            caller,
            "template.save",
            target,
            current =>
            {
                if (!make(current).TryGet(out var template, out var error))
                {
                    return error;
                }
                if (!Draft(template, current).TryGet(out var draft, out error))
                {
                    return error;
                }
                var published = draft.Template with { State = TemplateState.Published };
                return draft is { IsNew: false, Changed: false, Template.State: TemplateState.Published }
                    ? Edit([], draft.Template)
                    : Edit([Write(current, published, caller)], published);
            },
            cancellationToken
        );

    /// <summary>The error for a template that cannot be saved beside its earlier versions, or null.</summary>
    internal static Error? Misfit(Template template, NodeCatalog current) => Draft(template, current).Error;

    /// <summary>
    /// Withdraws all published versions. Registrations are refused until one is published again. The records stay.
    /// </summary>
    public Task<Result<Template>> WithdrawAsync(string code, Caller caller, CancellationToken cancellationToken) =>
        documents.EditAsync(caller, "template.withdraw", code, Withdraw(_ => code, caller), cancellationToken);

    /// <summary>The same for a caller whom the edit itself lets through or refuses.</summary>
    /// <param name="find">
    /// Finds the code of the template, or the reason for a refusal. May be called several times.
    /// </param>
    /// <param name="target">What it is about, for the audit log.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    internal Task<Result<Template>> WithdrawAsync(
        Func<NodeCatalog, Result<string>> find,
        string target,
        Caller caller,
        CancellationToken cancellationToken
    ) => documents.EditPermittedAsync(caller, "template.withdraw", target, Withdraw(find, caller), cancellationToken);

    private Func<NodeCatalog, Result<(IReadOnlyList<DocumentWrite> Writes, Template Answer)>> Withdraw(
        Func<NodeCatalog, Result<string>> find,
        Caller caller
    ) =>
        current =>
        {
            if (!find(current).TryGet(out var code, out var refusal))
            {
                return refusal;
            }
            if (current.FindLatest(code) is not { } latest)
            {
                return TemplateErrors.NoTemplate(code);
            }
            var writes = current
                .TemplateVersions(code)
                .Where(t => t.State == TemplateState.Published)
                .Select(t => Write(current, t with { State = TemplateState.Withdrawn }, caller))
                .ToList();
            if (writes.Count == 0 && latest.State == TemplateState.Draft)
            {
                return TemplateErrors.NothingToWithdraw(code);
            }
            return Edit(
                writes,
                latest.State == TemplateState.Published ? latest with { State = TemplateState.Withdrawn } : latest
            );
        };

    /// <summary>Copies the newest version of a template into a draft with a new code.</summary>
    public Task<Result<Template>> CopyAsync(
        string code,
        string newCode,
        Names? names,
        string? category,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    ) =>
        documents.EditAsync<Template>(
            caller,
            "template.copy",
            $"{code} {newCode}",
            current =>
            {
                if (current.FindLatest(code) is not { } latest)
                {
                    return TemplateErrors.NoTemplate(code);
                }
                if (current.FindLatest(newCode) is not null)
                {
                    return TemplateErrors.TemplateExists(newCode);
                }
                var copy = latest with
                {
                    Code = newCode,
                    Version = 1,
                    State = TemplateState.Draft,
                    VersionText = null,
                    CopiedFrom = latest.Reference,
                    Names = names ?? latest.Names,
                    Category = category ?? latest.Category,
                };
                var drafted = Draft(copy, current);
                return drafted.IsOk
                    ? Edit([Write(current, drafted.Value.Template, caller)], drafted.Value.Template)
                    : drafted.Error;
            },
            cancellationToken,
            misread
        );

    /// <summary>Saves a category. The answer says if it is new.</summary>
    public Task<Result<(Category Category, bool IsNew)>> SaveCategoryAsync(
        Category category,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    ) =>
        documents.EditAsync(
            caller,
            "category.save",
            category.Code ?? "",
            current =>
            {
                var error = CheckCategory(category, code => current.Categories.GetValueOrDefault(code));
                return error
                    ?? Edit(
                        current.Categories.TryGetValue(category.Code!, out var old) && old == category
                            ? []
                            : [Write(current, category, caller)],
                        (category, old is null)
                    );
            },
            cancellationToken,
            misread
        );

    /// <summary>Saves a coding rule. It must fit the templates that use it. The answer says if it is new.</summary>
    public Task<Result<(CodingRule Rule, bool IsNew)>> SaveRuleAsync(
        CodingRule rule,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    ) =>
        documents.EditAsync(
            caller,
            "coding-rule.save",
            rule.Code ?? "",
            current =>
            {
                var checkedRule = CheckRule(rule, current);
                if (!checkedRule.IsOk)
                {
                    return checkedRule.Error;
                }
                var saved = checkedRule.Value.Rule;
                if (
                    UsersOf(rule.Code!, current)
                        .Select(t => CheckFit(checkedRule.Value, t))
                        .FirstOrDefault(e => e is not null) is
                    { } misfit
                )
                {
                    return misfit;
                }
                return Edit(
                    current.Rules.TryGetValue(rule.Code!, out var old) && old.Rule == saved
                        ? []
                        : [Write(current, saved, caller)],
                    (saved, old is null)
                );
            },
            cancellationToken,
            misread
        );

    /// <summary>
    /// Imports a pack, all or nothing. Templates are published. Objects that are the same already stay. A template that
    /// differs becomes a new version.
    /// </summary>
    public Task<Result<ImportedPack>> ImportAsync(
        TemplatePack pack,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    ) =>
        documents.EditAsync(
            caller,
            "pack.import",
            pack.Pack ?? "",
            current => Import(new PackEdit(pack, current, caller)),
            cancellationToken,
            misread
        );

    /// <summary>Says what importing a pack would do, and does nothing. Needs role admin.</summary>
    public Result<ImportedPack> Preview(TemplatePack pack, Caller caller)
    {
        if (AccessPolicy.Require(caller, Role.Admin) is { } refused)
        {
            return refused;
        }
        var made = Import(new PackEdit(pack, documents.Current, caller));
        return made.IsOk ? made.Value.Answer : made.Error;
    }

    /// <summary>
    /// Brings a store to the node's own pack, all or nothing: what is missing is added, and what a former pack made
    /// becomes a new version. What was changed by hand stays. Doing it again changes nothing.
    /// </summary>
    /// <param name="own">The pack.</param>
    /// <param name="merged">
    /// The codes of templates that were changed by hand and get what they lack of the pack beside what they have.
    /// </param>
    /// <param name="caller">Who does it; needs role admin.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<ImportedPack>> RenewAsync(
        OwnPack own,
        IReadOnlyCollection<string> merged,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        documents.EditAsync(
            caller,
            "pack.import",
            own.Newest.Pack ?? "",
            current => Renew(own, merged, current, caller),
            cancellationToken
        );

    /// <summary>Says what <see cref="RenewAsync"/> would do, and does nothing. Needs role admin.</summary>
    public Result<ImportedPack> PreviewRenewal(OwnPack own, IReadOnlyCollection<string> merged, Caller caller)
    {
        if (AccessPolicy.Require(caller, Role.Admin) is { } refused)
        {
            return refused;
        }
        var made = Renew(own, merged, documents.Current, caller);
        return made.IsOk ? made.Value.Answer : made.Error;
    }

    /// <summary>True if the store has a template that the node's own pack, or a former one, made.</summary>
    public bool Uses(OwnPack own) => PackPlan.IsUsed(own, documents.Current);

    /// <summary>
    /// Makes a pack of the newest versions of the templates named, or of all if none is named, with their categories
    /// and coding rules. Needs role reader or higher. A caller who is bound to a prefix gets what belongs to it, and
    /// what belongs to the node.
    /// </summary>
    public Result<TemplatePack> Export(IReadOnlyCollection<string> codes, Caller caller)
    {
        if (AccessPolicy.Require(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var current = documents.Current;
        var templates = current
            .TemplateCodes.Where(c => codes.Count == 0 || codes.Contains(c))
            .Select(c => current.FindLatest(c)!)
            .Where(t => caller.Shares(t.Prefix))
            .ToList();
        return new TemplatePack
        {
            Categories =
            [
                .. current.Categories.Values.Where(c => codes.Count == 0 || templates.Any(t => t.Category == c.Code)),
            ],
            CodingRules =
            [
                .. current
                    .Rules.Values.Select(r => r.Rule)
                    .Where(r => caller.Shares(r.Prefix))
                    .Where(r => codes.Count == 0 || templates.Any(t => t.CodingRule == r.Code)),
            ],
            Templates = templates,
        };
    }

    /// <summary>
    /// The same as <see cref="CheckRule(CodingRule, NodeCatalog)"/> for a caller who may be bound to a prefix: none
    /// beyond it is homed for them.
    /// </summary>
    public static Result<CompiledRule> CheckRule(CodingRule rule, Caller caller, NodeCatalog current)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return caller.Shares(rule.Prefix) || rule.Prefix is ""
            ? CheckRule(rule, current)
            : IdentifierErrors.NotResponsible(rule.Prefix!, "prefix");
    }

    /// <summary>Checks a coding rule and parses its pattern. Ignores the templates that use it.</summary>
    public static Result<CompiledRule> CheckRule(CodingRule rule, NodeCatalog current)
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

    private static Error? CheckCategory(Category category, Func<string, Category?> find)
    {
        if (!TemplateRules.IsCode(category.Code))
        {
            return TemplateErrors.BadCode();
        }
        var seen = new HashSet<string>(StringComparer.Ordinal) { category.Code };
        for (var parent = category.Parent; parent is not null; parent = find(parent)!.Parent)
        {
            if (!seen.Add(parent))
            {
                return TemplateErrors.CategoryAboveItself(parent);
            }
            if (find(parent) is null)
            {
                return TemplateErrors.NoCategory(parent, "parent");
            }
        }
        return null;
    }

    private Result<(IReadOnlyList<DocumentWrite> Writes, ImportedPack Answer)> Renew(
        OwnPack own,
        IReadOnlyCollection<string> merged,
        NodeCatalog current,
        Caller caller
    )
    {
        foreach (var code in merged)
        {
            if (own.Newest.Templates.All(t => t.Code != code))
            {
                return TemplateErrors.NotInPack(code);
            }
            if (current.FindLatest(code) is { State: not TemplateState.Published })
            {
                return TemplateErrors.NewestNotPublished(code);
            }
        }
        var plan = new PackPlan(own, current, merged);
        return Import(new PackEdit(plan.Pack, current, caller)).TryGet(out var made, out var error)
            ? Edit(made.Writes, made.Answer with { Left = plan.Left })
            : error;
    }

    private Result<(IReadOnlyList<DocumentWrite> Writes, ImportedPack Answer)> Import(PackEdit edit)
    {
        CheckDistinct(edit.Pack, edit.Faults);
        if (edit.Faults.TryCombine(out var unusable))
        {
            return unusable;
        }
        var categories = ImportCategories(edit);
        var rules = ImportRules(edit);
        ImportTemplates(edit, categories.Keys, rules);
        return edit.Faults.TryCombine(out var error)
            ? error
            : Edit(edit.Writes, new ImportedPack(edit.Writes.Count, edit.Widened));
    }

    /// <summary>Imports the categories. Returns all categories after the import.</summary>
    private Dictionary<string, Category> ImportCategories(PackEdit edit)
    {
        var (pack, current, caller) = edit;
        var categories = new Dictionary<string, Category>(current.Categories, StringComparer.Ordinal);
        foreach (var category in pack.Categories)
        {
            categories[category.Code] = category;
        }
        foreach (var category in pack.Categories)
        {
            if (CheckCategory(category, code => categories.GetValueOrDefault(code)) is { } error)
            {
                edit.Faults.Add(Within(error, $"categories.{category.Code}"));
            }
            else if (!(current.Categories.TryGetValue(category.Code, out var old) && old == category))
            {
                edit.Writes.Add(Write(current, category, caller));
            }
        }
        return categories;
    }

    /// <summary>Imports the coding rules. Returns all coding rules after the import.</summary>
    private Dictionary<string, CompiledRule> ImportRules(PackEdit edit)
    {
        var (pack, current, caller) = edit;
        var rules = current.Rules.ToDictionary(r => r.Key, r => r.Value, StringComparer.Ordinal);
        foreach (var rule in pack.CodingRules)
        {
            if (!CheckRule(rule, current).TryGet(out var compiled, out var error))
            {
                edit.Faults.Add(Within(error, $"codingRules.{rule.Code}"));
                continue;
            }
            rules[rule.Code] = compiled;
            foreach (var misfit in Misfits(compiled, pack, current))
            {
                edit.Faults.Add(misfit);
            }
            if (!(current.Rules.TryGetValue(rule.Code, out var old) && old.Rule == compiled.Rule))
            {
                edit.Writes.Add(Write(current, compiled.Rule, caller));
            }
        }
        return rules;
    }

    /// <summary>
    /// The errors for stored templates that a rule would not fit. Templates in the pack are checked with the pack.
    /// </summary>
    private static IEnumerable<Error> Misfits(CompiledRule rule, TemplatePack pack, NodeCatalog current) =>
        UsersOf(rule.Rule.Code, current)
            .Where(t => pack.Templates.All(p => p.Code != t.Code))
            .Select(t => CheckFit(rule, t))
            .OfType<Error>()
            .Select(e => Within(e, $"codingRules.{rule.Rule.Code}"));

    private void ImportTemplates(
        PackEdit edit,
        ICollection<string> categories,
        IReadOnlyDictionary<string, CompiledRule> rules
    )
    {
        var (pack, current, caller) = edit;
        foreach (var template in pack.Templates)
        {
            var drafted = Draft(template, current, categories, rules);
            if (!drafted.TryGet(out var draft, out var error))
            {
                foreach (var fault in error.Details.Count > 0 ? error.Details : [error])
                {
                    edit.Faults.Add(Within(fault, $"templates.{template.Code}"));
                }
            }
            else if (draft.IsNew || draft.Changed || draft.Template.State == TemplateState.Draft)
            {
                edit.Writes.Add(Write(current, draft.Template with { State = TemplateState.Published }, caller));
                if (current.TemplateVersions(template.Code).LastOrDefault(IsOut) is { } earlier)
                {
                    edit.Widened.AddRange(WidenedAttribute.Between(earlier, draft.Template));
                }
            }
        }
    }

    /// <summary>True for a version that is or was published, so that records may have it.</summary>
    private static bool IsOut(Template version) => version.State != TemplateState.Draft;

    private static void CheckDistinct(TemplatePack pack, Faults faults)
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
                    faults.Add(TemplateErrors.NeedsCode($"{field}[{i}]"));
                }
                else if (!seen.Add(code))
                {
                    faults.Add(TemplateErrors.TwiceInPack(code, field));
                }
            }
        }
    }

    /// <summary>The templates that use a rule: newest versions, and published versions behind a draft.</summary>
    private static IEnumerable<Template> UsersOf(string rule, NodeCatalog current) =>
        current
            .TemplateCodes.SelectMany(c => new[] { current.FindLatest(c), current.FindPublished(c) })
            .OfType<Template>()
            .Distinct()
            .Where(t => t.CodingRule == rule);

    private static Result<DraftResult> Draft(Template template, NodeCatalog current) =>
        Draft(template, current, current.Categories.Keys, current.Rules);

    private static Result<DraftResult> Draft(
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
        CheckDraft(draft, current, categories, rules, faults);
        if (faults.TryCombine(out var error))
        {
            return error;
        }
        return latest is null ? First(draft, current) : Following(latest, draft);
    }

    /// <summary>Checks a draft by what else the node has.</summary>
    private static void CheckDraft(
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

    private static DraftResult First(Template draft, NodeCatalog current)
    {
        var identifier = $"{draft.Prefix ?? current.Prefixes[0].Text}/{Template.IdentifierPrefix}{draft.Code}";
        var first = draft with { Version = 1, State = TemplateState.Draft, Identifier = identifier };
        return new DraftResult(first, IsNew: true, Changed: true);
    }

    /// <summary>Compares a draft with the newest version: a change of it, a version after it, or nothing.</summary>
    private static DraftResult Following(Template latest, Template draft)
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
            return new DraftResult(latest, IsNew: false, Changed: false);
        }
        return latest.State == TemplateState.Draft
            ? new DraftResult(draft, IsNew: false, Changed: true)
            : new DraftResult(
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
        else if (!faults.Any && CheckFit(compiled, draft) is { } misfit)
        {
            faults.Add(misfit);
        }
    }

    private static Error? CheckFit(CompiledRule rule, Template template)
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

    private DocumentWrite Write(NodeCatalog current, Template template, Caller caller) =>
        documents.Write(current, LogKind.Template, template.Reference, template, CatalogJson.Default.Template, caller);

    private DocumentWrite Write(NodeCatalog current, Category category, Caller caller) =>
        documents.Write(
            current,
            LogKind.Configuration,
            NodeCatalog.CategoryPrefix + category.Code,
            category,
            CatalogJson.Default.Category,
            caller
        );

    private DocumentWrite Write(NodeCatalog current, CodingRule rule, Caller caller) =>
        documents.Write(
            current,
            LogKind.Configuration,
            NodeCatalog.RulePrefix + rule.Code,
            rule,
            CatalogJson.Default.CodingRule,
            caller
        );

    private static Result<(IReadOnlyList<DocumentWrite> Writes, T Answer)> Edit<T>(
        IReadOnlyList<DocumentWrite> writes,
        T answer
    ) => (writes, answer);

    private static string Json(Template template) =>
        System.Text.Json.JsonSerializer.Serialize(template, CatalogJson.Default.Template);

    private static Error Within(Error error, string place) =>
        error with
        {
            Field = error.Field is null ? place : $"{place}.{error.Field}",
            Details = [],
        };

    /// <summary>A pack under import, with the writes and faults so far.</summary>
    private sealed record PackEdit(TemplatePack Pack, NodeCatalog Current, Caller Caller)
    {
        public List<DocumentWrite> Writes { get; } = [];

        public List<WidenedAttribute> Widened { get; } = [];

        public Faults Faults { get; } = new();
    }

    private readonly record struct DraftResult(Template Template, bool IsNew, bool Changed);
}
