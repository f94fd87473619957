using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Cors</c>: which web pages of other sites may call the node.</summary>
internal sealed class CorsOptions
{
    /// <summary>The origins of those pages, such as <c>https://mes.example.com</c>. Empty: none may.</summary>
    public List<string> Origins { get; set; } = [];

    internal void Validate(List<Text> errors)
    {
        foreach (var origin in Origins.Where(origin => !IsOrigin(origin)))
        {
            errors.Add(
                new(
                    $"Cors:Origins: '{origin}' must be scheme, host and port of a page's address, such as "
                        + "https://mes.example.com or http://10.1.0.5:8000, without a path.",
                    $"Cors:Origins：'{origin}' 应为网页地址的协议、主机和端口，不含路径，例如 https://mes.example.com "
                        + "或 http://10.1.0.5:8000。"
                )
            );
        }
    }

    // Browsers send an origin in this form exactly.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is ("http" or "https")
        && url.GetLeftPart(UriPartial.Authority) == text
        && url.UserInfo.Length == 0;
}
