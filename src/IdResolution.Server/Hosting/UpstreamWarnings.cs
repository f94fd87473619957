using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>What should be known of the way to the secondary node before it is used.</summary>
internal static class UpstreamWarnings
{
    /// <summary>What to say where the secondary node is asked in the clear on another machine; else null.</summary>
    public static Text? Clear(UpstreamOptions options) =>
        options.IsUsed
        && Uri.TryCreate(options.Url, UriKind.Absolute, out var url)
        && url.Scheme == Uri.UriSchemeHttp
        && !url.IsLoopback
            ? new(
                $"The log-in at the secondary node and all records go in the clear to {url.Authority} "
                    + "(Upstream:Url): whoever is on the way can read them, and act as this node. Use https.",
                $"登录二级节点的凭据和所有记录以明文发送至 {url.Authority}（Upstream:Url）：途中任何人均可窃听，并可冒充本节点。请使用 https。"
            )
            : null;

    /// <summary>
    /// What the settings name and this node does not have: a prefix below which nothing can go up, and templates. A
    /// mistyped template goes up by the share of all others.
    /// </summary>
    public static IEnumerable<Text> Unknown(NodeOptions options, NodeCatalog catalog)
    {
        var homed = catalog.Prefixes.Select(prefix => prefix.Text).Concat(options.Prefixes);
        if (Prefix.TryParse(options.Upstream.Prefix, out var above) && !homed.Any(above.Covers))
        {
            yield return new(
                $"Upstream:Prefix: this node homes no prefix that is {above} or below it: nothing goes up.",
                $"Upstream:Prefix：本节点没有等于 {above} 或位于其下的归属前缀，不会上报任何内容。"
            );
        }
        foreach (var code in options.Upstream.Templates.Keys.Where(code => catalog.FindLatest(code) is null))
        {
            yield return new(
                $"Upstream:Templates: there is no template {code}. What is meant goes up as Upstream:Share says.",
                $"Upstream:Templates：没有模板 {code}。若代码有误，其记录按 Upstream:Share 上报。"
            );
        }
    }

    /// <summary>The file with the password if others than its owner may use it; else null.</summary>
    public static string? LooseSecret(UpstreamOptions options) =>
        options.IsUsed && File.Exists(options.SecretFile) && DataDirectory.IsLoose(options.SecretFile)
            ? options.SecretFile
            : null;
}
