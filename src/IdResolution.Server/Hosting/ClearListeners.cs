using System.Net;
using IdResolution.Core.Primitives;
using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Finds the listeners by which keys and records go in the clear to other machines. Loopback ones do not count, nor any
/// where the proxies on other machines are named that alone come to them.
/// </summary>
internal static class ClearListeners
{
    /// <summary>What to say of them and how to mend it; null if there are none.</summary>
    public static Text? Warning(NodeOptions options, IConfiguration configuration)
    {
        var exposed = Of(options, configuration).ToList();
        if (exposed.Count == 0)
        {
            return null;
        }
        var names = string.Join(", ", exposed);
        return new Text(
            $"Keys and records go in the clear to whoever can reach {names}. Listen on 127.0.0.1 behind a proxy with "
                + "TLS, or give the node a certificate: docs/security.md, \"Transport\".",
            $"密钥和记录以明文传输，能访问以下地址者均可窃听：{names}。请只监听 127.0.0.1 并由代理提供 TLS，或为节点配置证书：见 "
                + "docs/security.md 的 Transport 一节。"
        );
    }

    private static IEnumerable<string> Of(NodeOptions options, IConfiguration configuration)
    {
        // A proxy on this machine comes by loopback.
        if (options.ForwardedHeaders.Networks.Any(network => !IPAddress.IsLoopback(network.BaseAddress)))
        {
            yield break;
        }
        foreach (var (_, name, address) in options.Listeners.Where(static listener => listener.IsClear))
        {
            if (NodeOptions.TryEndPoint(address, out var endPoint) && !IPAddress.IsLoopback(endPoint.Address))
            {
                yield return $"{name} {address}";
            }
        }
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (
                endpoint["Url"] is { } text
                && text.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
                // A wildcard for the host is no URL, and means all addresses.
                && !(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.IsLoopback)
            )
            {
                yield return $"{endpoint.Path} {text}";
            }
        }
    }
}
