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

    /// <summary>The file with the password if others than its owner may use it; else null.</summary>
    public static string? LooseSecret(UpstreamOptions options) =>
        options.IsUsed && File.Exists(options.SecretFile) && DataDirectory.IsLoose(options.SecretFile)
            ? options.SecretFile
            : null;
}
