using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Handles;

namespace IdResolution.Server.Http;

/// <summary>
/// What the audit log says a refused request was about. Text from callers is not stored raw: it must be an identifier,
/// or name something that exists.
/// </summary>
internal sealed class AuditTargets(CatalogHolder catalog)
{
    private static readonly string[] s_parameters = ["id", "code", "source", "prefix", "name"];

    // Which of these names what a call is about.
    private static readonly string[] s_queries = ["id", "item", "order", "equipment", "explain"];

    private static readonly LogKind[] s_kinds = [LogKind.Template, LogKind.Key, LogKind.Configuration, LogKind.Grant];

    /// <summary>The identifier in a text; else empty.</summary>
    public static string OfIdentifier(string? text) =>
        text is { Length: > 0 and <= 1_024 } && HandleNames.Parse(text) is { } identifier ? identifier.Text : "";

    /// <summary>
    /// The same but for what has no slash, which is an identifier to the Handle protocol alone; else empty.
    /// </summary>
    public static string OfFull(string? text) =>
        text?.Contains('/', StringComparison.Ordinal) == true ? OfIdentifier(text) : "";

    /// <summary>
    /// An identifier, or the code of a template, a key, a rule, a category, a source or a partner, or a grant's id;
    /// else empty.
    /// </summary>
    public string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }
        var known = catalog.Current;
        if (known.FindLatest(text) is not null)
        {
            return text;
        }
        foreach (var kind in s_kinds)
        {
            foreach (
                var start in (string[])
                    [
                        "",
                        NodeCatalog.RulePrefix,
                        NodeCatalog.CategoryPrefix,
                        NodeCatalog.SourcePrefix,
                        Partner.CodePrefix,
                    ]
            )
            {
                if (known.FindDocument(kind, start + text) is not null)
                {
                    return text;
                }
            }
        }
        return known.IsHomed(text) ? OfIdentifier(text) : OfFull(text);
    }

    /// <summary>What the route of a request names, or its query; else empty.</summary>
    public string Of(HttpContext context)
    {
        foreach (var parameter in s_parameters)
        {
            if (
                context.Request.RouteValues.TryGetValue(parameter, out var value)
                && value is string { Length: > 0 } text
            )
            {
                return Of(text);
            }
        }
        foreach (var parameter in s_queries)
        {
            if (context.Request.Query[parameter].ToString() is { Length: > 0 } text)
            {
                return Of(text);
            }
        }
        return "";
    }
}
