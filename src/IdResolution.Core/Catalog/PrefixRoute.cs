using System.Globalization;
using System.Net;
using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Catalog;

/// <summary>
/// Where resolvers find the node of an enterprise whose records this node holds too, as a document of the catalog.
/// Without an address and a URL nobody is sent on.
/// </summary>
public sealed record PrefixRoute
{
    /// <summary>The prefix. The route is for this very prefix, not for those below it.</summary>
    public required string Prefix { get; init; }

    /// <summary>The IP address of the enterprise's node; null for none.</summary>
    public string? Address { get; init; }

    /// <summary>The port of the Handle protocol over TCP; 0 for none.</summary>
    public int Tcp { get; init; }

    /// <summary>The same over UDP.</summary>
    public int Udp { get; init; }

    /// <summary>The port of its resolution pages; 0 for none.</summary>
    public int Http { get; init; }

    /// <summary>
    /// The base of its resolution URLs, without a path, where that is not <see cref="Address"/> and <see cref="Http"/>.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>The number of the server that hosts the prefix (托管) in place of a node of its own.</summary>
    public long? Host { get; init; }

    /// <summary>The version of the document; not part of it.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>The code of the document.</summary>
    [JsonIgnore]
    public string DocumentCode => CodeOf(Prefix);

    /// <summary>True if the node of the enterprise answers the Handle protocol.</summary>
    [JsonIgnore]
    public bool Refers => Address is not null && (Tcp > 0 || Udp > 0);

    /// <summary>The base of the resolution URLs of the enterprise's node; null if it has none.</summary>
    [JsonIgnore]
    public string? RedirectBase =>
        Url
        ?? (
            Address is not null && Http > 0
                ? "http://" + new IPEndPoint(IPAddress.Parse(Address), Http).ToString()
                : null
        );

    /// <summary>The code of the document of a prefix.</summary>
    public static string CodeOf(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return NodeCatalog.RoutePrefix + prefix.ToUpperInvariant();
    }

    /// <summary>The route as one line for people: where it leads, or nothing.</summary>
    public Text Shown()
    {
        if (Host is { } host)
        {
            var number = host.ToString(CultureInfo.InvariantCulture);
            return new Text($"hosted by {number}", $"由 {number} 号代理服务器提供服务（托管）");
        }
        var ports = new[] { ("tcp", Tcp), ("udp", Udp), ("http", Http) }
            .Where(port => port.Item2 > 0)
            .Select(port => $"{port.Item1} {port.Item2}");
        var shown = string.Join(
            ", ",
            new[] { Address, string.Join(' ', ports), Url }.Where(s => !string.IsNullOrEmpty(s))
        );
        return Text.Foreign(shown);
    }
}
