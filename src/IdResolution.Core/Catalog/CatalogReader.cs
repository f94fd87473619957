using IdResolution.Core.Access;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Catalog;

/// <summary>
/// Shows the catalog to callers. Those who are bound to a prefix see what belongs to it, to prefixes below it, and to
/// the node. Thread-safe.
/// </summary>
public sealed class CatalogReader(CatalogHolder catalog)
{
    /// <summary>The newest version of every template, sorted by code. Needs role partner or higher.</summary>
    public Result<TemplateList> Templates(Caller caller)
    {
        if (AccessPolicy.Require(caller, Role.Partner) is { } refused)
        {
            return refused;
        }
        var known = catalog.Current;
        return new TemplateList(
            known
                .TemplateCodes.Select(code => known.FindLatest(code)!)
                .Where(template => caller.Shares(template.Prefix))
                .Select(template => AccessPolicy.Shown(template, caller))
        );
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
        var found = version == 0 ? known.FindLatest(code) : known.FindVersion(code, version);
        return found is { } template && caller.Shares(template.Prefix)
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
            : catalog.Current.Rules.Values.Select(rule => rule.Rule).Where(r => caller.Shares(r.Prefix)).ToArray();

    /// <summary>A coding rule, or <see cref="ErrorCode.NotFound"/>. Needs role reader or higher.</summary>
    public Result<CompiledRule> Rule(string code, Caller caller)
    {
        if (AccessPolicy.Require(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        return catalog.Current.Rules.TryGetValue(code, out var rule) && caller.Shares(rule.Rule.Prefix)
            ? rule
            : Error.Of(ErrorCode.NotFound, $"There is no coding rule {code}.", $"没有编码规则 {code}。", "code");
    }

    /// <summary>All sources of business keys, sorted by code. Needs role reader or higher.</summary>
    public Result<Source[]> Sources(Caller caller) =>
        AccessPolicy.Require(caller, Role.Reader) is { } refused
            ? refused
            : catalog.Current.Sources.Where(source => caller.Shares(source.Prefix)).ToArray();

    /// <summary>All API keys in the order they were made. Needs role admin. No key's text is in the answer.</summary>
    public Result<ApiKey[]> Keys(Caller caller) =>
        AccessPolicy.Require(caller, Role.Admin) is { } refused ? refused : catalog.Current.Keys.ToArray();
}
