using IdResolution.Core.Access;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Catalog;

/// <summary>Shows the catalog to callers. Thread-safe.</summary>
public sealed class CatalogReader(CatalogHolder catalog)
{
    /// <summary>The newest version of every template, sorted by code. Needs role partner or higher.</summary>
    public Result<Template[]> Templates(Caller caller)
    {
        if (AccessPolicy.Require(caller, Role.Partner) is { } refused)
        {
            return refused;
        }
        var known = catalog.Current;
        return known.TemplateCodes.Select(code => AccessPolicy.Shown(known.FindLatest(code)!, caller)).ToArray();
    }

    /// <summary>One template, or <see cref="ErrorCode.NotFound"/>. Needs role partner or higher.</summary>
    /// <param name="code">The template's code.</param>
    /// <param name="version">The version; 0 for the newest.</param>
    /// <param name="caller">Who asks.</param>
    public Result<Template> Template(string code, int version, Caller caller)
    {
        if (AccessPolicy.Require(caller, Role.Partner) is { } refused)
        {
            return refused;
        }
        var known = catalog.Current;
        return (version == 0 ? known.FindLatest(code) : known.FindVersion(code, version)) is { } template
            ? AccessPolicy.Shown(template, caller)
            : Error.Of(ErrorCode.NotFound, $"There is no template {code}.", $"没有模板 {code}。", "code");
    }

    /// <summary>All categories, sorted by code. Needs role partner or higher.</summary>
    public Result<Category[]> Categories(Caller caller) =>
        AccessPolicy.Require(caller, Role.Partner) is { } refused
            ? refused
            : catalog.Current.Categories.Values.ToArray();

    /// <summary>All coding rules, sorted by code. Needs role reader or higher.</summary>
    public Result<CodingRule[]> Rules(Caller caller) =>
        AccessPolicy.Require(caller, Role.Reader) is { } refused
            ? refused
            : catalog.Current.Rules.Values.Select(rule => rule.Rule).ToArray();

    /// <summary>All sources of business keys, sorted by code. Needs role reader or higher.</summary>
    public Result<Source[]> Sources(Caller caller) =>
        AccessPolicy.Require(caller, Role.Reader) is { } refused ? refused : catalog.Current.Sources.ToArray();

    /// <summary>All API keys in the order they were made. Needs role admin. No key's text is in the answer.</summary>
    public Result<ApiKey[]> Keys(Caller caller) =>
        AccessPolicy.Require(caller, Role.Admin) is { } refused ? refused : catalog.Current.Keys.ToArray();
}
