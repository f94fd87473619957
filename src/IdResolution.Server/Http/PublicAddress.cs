using System.Net;
using System.Text;

namespace IdResolution.Server.Http;

/// <summary>The public address of the node, the base of resolution URLs.</summary>
internal sealed class PublicAddress
{
    /// <summary>The base URL, without a slash at its end. Set when the node listens.</summary>
    public string Url
    {
        get;
        set => field = value.TrimEnd('/');
    } = "";

    /// <summary>
    /// The base URL without a setting: the HTTP listener's address, or the machine's name if it listens on all.
    /// </summary>
    public static string Default(IPEndPoint http) =>
        http.Address.Equals(IPAddress.Any) || http.Address.Equals(IPAddress.IPv6Any)
            ? $"http://{Dns.GetHostName()}:{http.Port}"
            : $"http://{http}";

    /// <summary>
    /// The resolution URL of an identifier: a path if clients leave it unchanged, else <c>/r?id=</c>.
    /// </summary>
    public string Of(string identifier) => Of(Url, identifier);

    /// <summary>The same below another base, without a slash at its end.</summary>
    public static string Of(string url, string identifier)
    {
        var path = new StringBuilder(url).Append('/');
        foreach (var b in Encoding.UTF8.GetBytes(identifier))
        {
            // Unreserved characters, the slash, and others that RFC 3986 allows in a path segment.
            if (char.IsAsciiLetterOrDigit((char)b) || "-._~/:@!$&'()*,;=".Contains((char)b, StringComparison.Ordinal))
            {
                path.Append((char)b);
            }
            else
            {
                path.Append('%').Append(b.ToString("X2"));
            }
        }
        var whole = path.ToString();
        return
            DotSegment.IsIn(whole.AsSpan(url.Length))
            || identifier.Contains("//", StringComparison.Ordinal)
            || identifier.EndsWith('/')
            ? $"{url}/r?id={Uri.EscapeDataString(identifier)}"
            : whole;
    }
}
