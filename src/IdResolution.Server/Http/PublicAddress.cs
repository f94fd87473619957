using System.Net;
using System.Text;

namespace IdResolution.Server.Http;

/// <summary>Where the world reaches the node: the base of resolution URLs.</summary>
internal sealed class PublicAddress
{
    /// <summary>The base, without a slash at its end; set once the node listens.</summary>
    public string Url
    {
        get;
        set => field = value.TrimEnd('/');
    } = "";

    /// <summary>
    /// The base where none is set: the HTTP listener's address, by the machine's name where it listens on all.
    /// </summary>
    public static string Default(IPEndPoint http) =>
        http.Address.Equals(IPAddress.Any) || http.Address.Equals(IPAddress.IPv6Any)
            ? $"http://{Dns.GetHostName()}:{http.Port}"
            : $"http://{http}";

    /// <summary>The URL that a label carries: path form where it comes back unchanged, else <c>/r?id=</c>.</summary>
    public string Of(string identifier)
    {
        var path = new StringBuilder(Url).Append('/');
        foreach (var b in Encoding.UTF8.GetBytes(identifier))
        {
            // Unreserved characters, slash and what RFC 3986 lets stand in a path segment.
            if (char.IsAsciiLetterOrDigit((char)b) || "-._~/:@!$&'()*,;=".Contains((char)b, StringComparison.Ordinal))
            {
                path.Append((char)b);
            }
            else
            {
                path.Append('%').Append(b.ToString("X2"));
            }
        }
        var url = path.ToString();
        return
            DotSegment.IsIn(url.AsSpan(Url.Length))
            || identifier.Contains("//", StringComparison.Ordinal)
            || identifier.EndsWith('/')
            ? $"{Url}/r?id={Uri.EscapeDataString(identifier)}"
            : url;
    }
}
