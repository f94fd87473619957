using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Snms;

/// <summary>
/// Templates as the SNMS protocol knows them: found by prefix and version text, published as soon as they are made,
/// with attributes that are single texts. A template of the node is found under each of its prefixes, and one without
/// version text by its code. Thread-safe.
/// </summary>
public sealed class SnmsTemplates(CatalogHolder catalog, TemplateEditor templates)
{
    private const string MadeCode = "snms-";

    // Codes made from one prefix and version text, one after each deletion that the next could not follow.
    private const int MostMade = 1_000;

    // Every node on the store holds them all in memory, withdrawn ones too. A template has up to 500 attributes.
    private const int MostOfPrefix = 1_000;

    /// <summary>
    /// Finds the published template, or <see cref="ErrorCode.NotFound"/>, or <see cref="ErrorCode.NotSupported"/> for
    /// one that the protocol cannot show.
    /// </summary>
    public static Result<Template> Find(NodeCatalog known, string prefix, string version)
    {
        ArgumentNullException.ThrowIfNull(known);
        if (FindPublished(known, prefix, version) is not { } template)
        {
            return SnmsErrors.NoTemplate(version);
        }
        return template.IsPlainText ? template : SnmsErrors.InvisibleTemplate(version);
    }

    /// <summary>Shows a template to a caller, with a number that all its versions share.</summary>
    public Result<(Template Template, long Number)> Read(string? prefix, string? version, Caller caller)
    {
        if (AccessPolicy.Require(caller, Role.Partner) is { } refused)
        {
            return refused;
        }
        if (SnmsTemplateRules.CheckKey(prefix, version) is { } missing)
        {
            return missing;
        }
        var known = catalog.Current;
        if (AccessPolicy.RequireOwnPrefix(caller, prefix!, First(known)) is { } foreign)
        {
            return foreign;
        }
        return Find(known, prefix!, version!).TryGet(out var template, out var error)
            ? (AccessPolicy.Shown(template, caller), NumberOf(template, known))
            : error;
    }

    /// <summary>Makes and publishes a template; <see cref="ErrorCode.AlreadyExists"/> if there is one.</summary>
    /// <param name="form">The template.</param>
    /// <param name="isNumbered">
    /// True if each attribute has its index; false if the node gives them, in order from the first.
    /// </param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Template>> CreateAsync(
        SnmsTemplateForm form,
        bool isNumbered,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(form);
        return templates.SavePublishedAsync(
            known =>
            {
                if ((Refusal(form, caller, known) ?? SnmsTemplateRules.Check(form, isNumbered)) is { } refused)
                {
                    return refused;
                }
                // One of the node may go by the same name. The enterprise then uses its own, under its prefix.
                if (FindPublished(known, form.Prefix!, form.Version!) is { } there && !IsOfTheNode(there))
                {
                    return SnmsErrors.TemplateExists(form.Version!);
                }
                return WithCode(SnmsTemplateRules.New(form), known);
            },
            form.Version ?? "",
            caller,
            cancellationToken
        );
    }

    /// <summary>
    /// Changes attributes, adds others, and publishes the version that follows. Attributes that are not named stay.
    /// </summary>
    public Task<Result<Template>> UpdateAsync(SnmsTemplateForm form, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(form);
        return templates.SavePublishedAsync(
            known =>
            {
                if ((Refusal(form, caller, known) ?? SnmsTemplateRules.Check(form, isNumbered: false)) is { } refused)
                {
                    return refused;
                }
                if (!Find(known, form.Prefix!, form.Version!).TryGet(out var template, out var error))
                {
                    return error;
                }
                if (OfTheNode(template, caller) is { } barred)
                {
                    return barred;
                }
                return SnmsTemplateRules.Changed(template, form).TryGet(out var changed, out error)
                    ? SnmsTemplateRules.KeepingVisibility(changed, known.TemplateVersions(template.Code))
                    : error;
            },
            form.Version ?? "",
            caller,
            cancellationToken
        );
    }

    /// <summary>
    /// Withdraws a template: nothing is registered with it from then on, and a template of its version text can be made
    /// anew. Identifiers stay as they are.
    /// </summary>
    public Task<Result<Template>> DeleteAsync(
        string? prefix,
        string? version,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        templates.WithdrawAsync(
            known =>
            {
                if (
                    (
                        SnmsTemplateRules.CheckKey(prefix, version)
                        ?? AccessPolicy.RequireSnmsTemplates(caller, prefix!, First(known))
                    ) is
                    { } refused
                )
                {
                    return refused;
                }
                return Find(known, prefix!, version!).TryGet(out var template, out var error)
                    ? OfTheNode(template, caller) ?? (Result<string>)template.Code
                    : error;
            },
            version ?? "",
            caller,
            cancellationToken
        );

    /// <summary>The first prefix of the node; null if it has none.</summary>
    internal static string? First(NodeCatalog known) => known.Prefixes.Count > 0 ? known.Prefixes[0].Text : null;

    private static Error? Refusal(SnmsTemplateForm form, Caller caller, NodeCatalog known) =>
        SnmsTemplateRules.CheckKey(form.Prefix, form.Version)
        ?? AccessPolicy.RequireSnmsTemplates(caller, form.Prefix!, First(known));

    /// <summary>
    /// A template of the node, or of role admin's making, is an admin's to change: it serves every prefix.
    /// </summary>
    private static Error? OfTheNode(Template template, Caller caller) =>
        IsOfTheNode(template) ? AccessPolicy.Require(caller, Role.Admin) : null;

    private static bool IsOfTheNode(Template template) => template is not { VersionText: not null, Prefix: not null };

    /// <summary>Finds the prefix's own template of a name before the node's.</summary>
    private static Template? FindPublished(NodeCatalog known, string prefix, string version)
    {
        Template? found = null;
        var codes = known.CodesOf(version);
        for (var i = 0; i < codes.Count && found?.Prefix is null; i++)
        {
            if (known.FindPublished(codes[i]) is { } template && IsOf(template, prefix))
            {
                found = template;
            }
        }
        return found
            ?? (known.FindPublished(version) is { VersionText: null } plain && IsOf(plain, prefix) ? plain : null);
    }

    private static bool IsOf(Template template, string prefix) =>
        template.Prefix is null || template.Prefix.Equals(prefix, StringComparison.OrdinalIgnoreCase);

    private static long NumberOf(Template template, NodeCatalog known) =>
        known.FindDocument(LogKind.Template, template.Code + "/1")?.Object ?? 0;

    /// <summary>
    /// Gives a new template its code: that of a deleted one which it can follow, so that identifiers keep their
    /// template; else its version text where that is a code nobody has; else one made from prefix and version text.
    /// </summary>
    private static Result<Template> WithCode(Template template, NodeCatalog known)
    {
        if (DeletedCode(template, known) is { } code)
        {
            return SnmsTemplateRules.KeepingVisibility(template with { Code = code }, known.TemplateVersions(code));
        }
        if (CountOf(template.Prefix!, known) >= MostOfPrefix)
        {
            return SnmsErrors.TooManyTemplates(template.Prefix!, MostOfPrefix);
        }
        if (TemplateRules.IsCode(template.VersionText) && known.FindLatest(template.VersionText!) is null)
        {
            return template with { Code = template.VersionText! };
        }
        for (var i = 0; i < MostMade; i++)
        {
            var made = MadeCode + Hash($"{template.Prefix!.ToUpperInvariant()}/{template.VersionText}/{i}");
            if (known.FindLatest(made) is null)
            {
                return template with { Code = made };
            }
        }
        return SnmsErrors.TemplateExists(template.VersionText!);
    }

    /// <summary>The code of a deleted template that a new one can follow; null for none.</summary>
    private static string? DeletedCode(Template template, NodeCatalog known)
    {
        foreach (var code in known.CodesOf(template.VersionText!))
        {
            if (
                known.FindLatest(code) is { State: TemplateState.Withdrawn, Prefix: { } prefix }
                && prefix.Equals(template.Prefix, StringComparison.OrdinalIgnoreCase)
                && TemplateDraft.Of(template with { Code = code }, known).IsOk
            )
            {
                return code;
            }
        }
        return null;
    }

    /// <summary>How many templates a prefix has of its own, withdrawn ones among them.</summary>
    private static int CountOf(string prefix, NodeCatalog known) =>
        known.TemplateCodes.Count(code =>
            known.FindLatest(code) is { } template
            && !IsOfTheNode(template)
            && template.Prefix!.Equals(prefix, StringComparison.OrdinalIgnoreCase)
        );

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 5));
}
