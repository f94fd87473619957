using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Catalog;

/// <summary>What a route may hold. Resolvers are sent to what passes.</summary>
public static class RouteRules
{
    private const int MaxUrl = 255;
    private const int FirstMulticast = 224;
    private const int SiteZeros = 12;

    /// <summary>True for the number of a port.</summary>
    public static bool IsPort(int port) => port is > 0 and <= IPEndPoint.MaxPort;

    /// <summary>
    /// Reads an IP address of one host, in its usual spelling. A site record cannot tell IPv6 addresses that begin with
    /// twelve zero bytes from IPv4, so these are not taken.
    /// </summary>
    public static bool TryAddress(string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        if (!IPAddress.TryParse(text, out address))
        {
            return false;
        }
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text && bytes[0] is > 0 and < FirstMulticast
            : !text!.AsSpan().ContainsAny('%', '[')
                && address is { IsIPv4MappedToIPv6: false, IsIPv6Multicast: false }
                && bytes.AsSpan(0, SiteZeros).ContainsAnyExcept((byte)0);
    }

    /// <summary>Reads a URL of scheme, host and port alone, and gives it without a slash at its end.</summary>
    public static bool TryUrl(string? text, [NotNullWhen(true)] out string? url)
    {
        url = null;
        if (
            text is not { Length: > 0 and <= MaxUrl }
            || text.AsSpan().ContainsAnyExceptInRange('!', '~')
            || text.AsSpan().ContainsAny("@\\%?#")
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.AbsolutePath != "/"
            || uri.Host.Length == 0
            || uri.Port == 0
        )
        {
            return false;
        }
        url = uri.GetLeftPart(UriPartial.Authority);
        return true;
    }

    /// <summary>Names what is wrong with a route.</summary>
    internal static void Check(PrefixRoute route, Faults faults)
    {
        CheckNode(route, faults);
        if (route.Url is not null && (!TryUrl(route.Url, out var url) || url != route.Url))
        {
            faults.Add(
                "url",
                "must be http or https, a host and a port, such as https://id.example.com",
                "应为 http 或 https 加主机和端口，例如 https://id.example.com"
            );
        }
        if (route.Host is not null && (route.Address is not null || route.Url is not null))
        {
            faults.Add("host", "and a node of one's own exclude each other", "不能与自有节点同时给出");
        }
    }

    private static void CheckNode(PrefixRoute route, Faults faults)
    {
        if (route.Address is not null && !TryAddress(route.Address, out _))
        {
            faults.Add(
                "address",
                "must be the IP address of a host, such as 203.0.113.10",
                "应为主机的 IP 地址，例如 203.0.113.10"
            );
        }
        foreach (var (name, port) in new[] { ("tcp", route.Tcp), ("udp", route.Udp), ("http", route.Http) })
        {
            if (port != 0 && !IsPort(port))
            {
                faults.Add(name, "must be a port, 1 to 65535", "应为端口号，1 至 65535");
            }
        }
        if (route.Address is null != (route is { Tcp: 0, Udp: 0, Http: 0 }))
        {
            faults.Add("address", "and at least one port go together", "与至少一个端口须同时给出");
        }
    }
}
