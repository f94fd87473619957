using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>The writes of templates, categories and coding rules, and edits made of them.</summary>
internal static class CatalogWrites
{
    /// <summary>An edit: its writes, none if nothing is to do, and its answer.</summary>
    public static Result<(IReadOnlyList<DocumentWrite> Writes, T Answer)> Of<T>(
        IReadOnlyList<DocumentWrite> writes,
        T answer
    ) => (writes, answer);

    /// <summary>The write of a template's version.</summary>
    public static DocumentWrite Write(
        this DocumentEditor documents,
        NodeCatalog current,
        Template template,
        Caller caller
    ) => documents.Write(current, LogKind.Template, template.Reference, template, CatalogJson.Default.Template, caller);

    /// <summary>The write of a category.</summary>
    public static DocumentWrite Write(
        this DocumentEditor documents,
        NodeCatalog current,
        Category category,
        Caller caller
    ) =>
        documents.Write(
            current,
            LogKind.Configuration,
            NodeCatalog.CategoryPrefix + category.Code,
            category,
            CatalogJson.Default.Category,
            caller
        );

    /// <summary>The write of a coding rule.</summary>
    public static DocumentWrite Write(
        this DocumentEditor documents,
        NodeCatalog current,
        CodingRule rule,
        Caller caller
    ) =>
        documents.Write(
            current,
            LogKind.Configuration,
            NodeCatalog.RulePrefix + rule.Code,
            rule,
            CatalogJson.Default.CodingRule,
            caller
        );
}
