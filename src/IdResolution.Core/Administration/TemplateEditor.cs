using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>Edits templates: drafts, publishing, withdrawing. Editing needs role admin. Thread-safe.</summary>
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
                if (!TemplateDraft.Of(template, current).TryGet(out var draft, out var error))
                {
                    return error;
                }
                return CatalogWrites.Of(
                    draft.IsNew || draft.Changed ? [documents.Write(current, draft.Template, caller)] : [],
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
                return CatalogWrites.Of(
                    latest.State == TemplateState.Published ? [] : [documents.Write(current, published, caller)],
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
                if (!TemplateDraft.Of(template, current).TryGet(out var draft, out error))
                {
                    return error;
                }
                var published = draft.Template with { State = TemplateState.Published };
                return draft is { IsNew: false, Changed: false, Template.State: TemplateState.Published }
                    ? CatalogWrites.Of([], draft.Template)
                    : CatalogWrites.Of([documents.Write(current, published, caller)], published);
            },
            cancellationToken
        );

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
                var drafted = TemplateDraft.Of(copy, current);
                return drafted.IsOk
                    ? CatalogWrites.Of(
                        [documents.Write(current, drafted.Value.Template, caller)],
                        drafted.Value.Template
                    )
                    : drafted.Error;
            },
            cancellationToken,
            misread
        );

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
                .Select(t => documents.Write(current, t with { State = TemplateState.Withdrawn }, caller))
                .ToList();
            if (writes.Count == 0 && latest.State == TemplateState.Draft)
            {
                return TemplateErrors.NothingToWithdraw(code);
            }
            return CatalogWrites.Of(
                writes,
                latest.State == TemplateState.Published ? latest with { State = TemplateState.Withdrawn } : latest
            );
        };
}
