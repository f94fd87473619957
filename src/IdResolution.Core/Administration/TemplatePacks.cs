using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>
/// Imports packs of templates, brings a store to the node's own pack, and makes packs. Importing needs role admin.
/// Thread-safe.
/// </summary>
public sealed class TemplatePacks(DocumentEditor documents)
{
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
            current => new PackImport(documents, pack, current, caller).Run(),
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
        var made = new PackImport(documents, pack, documents.Current, caller).Run();
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
        return new PackImport(documents, plan.Pack, current, caller).Run().TryGet(out var made, out var error)
            ? CatalogWrites.Of(made.Writes, made.Answer with { Left = plan.Left })
            : error;
    }
}
