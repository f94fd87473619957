using System.Net;
using System.Net.NetworkInformation;
using IdResolution.Core.Catalog;
using IdResolution.Server.Options;

namespace IdResolution.Server.Http;

/// <summary>
/// The addresses that this node listens on, as far as it knows them: what stands before it, such as a proxy, it knows
/// by its settings alone. Thread-safe.
/// </summary>
internal sealed class OwnAddresses(NodeOptions options) : IOwnAddresses
{
    private volatile Ports _ports = PortsOf(options);

    /// <summary>Sets the ports that the node listens on. Before, those of the settings count.</summary>
    public void Bind(IPEndPoint tcp, int udp, IPEndPoint http) => _ports = Ports.Of(tcp, udp, http, options.Site);

    /// <inheritdoc/>
    public bool IsThisNode(PrefixRoute route)
    {
        ArgumentNullException.ThrowIfNull(route);
        var ports = _ports;
        if (
            RouteRules.TryAddress(route.Address, out var address)
            && ports.Addresses.Contains(address)
            && (route.Tcp == ports.Tcp || route.Udp == ports.Udp || route.Http == ports.Http)
        )
        {
            return true;
        }
        return Uri.TryCreate(route.Url, UriKind.Absolute, out var url)
            && (
                (
                    Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out var own)
                    && own.Authority.Equals(url.Authority, StringComparison.OrdinalIgnoreCase)
                )
                || (
                    url.Port == ports.Http
                    && IPAddress.TryParse(url.DnsSafeHost, out var host)
                    && ports.Addresses.Contains(host)
                )
            );
    }

    private static Ports PortsOf(NodeOptions options)
    {
        NodeOptions.TryEndPoint(options.Handle, out var handle);
        NodeOptions.TryEndPoint(options.Http, out var http);
        return Ports.Of(handle, handle.Port, http, options.Site);
    }

    private sealed record Ports(HashSet<IPAddress> Addresses, int Tcp, int Udp, int Http)
    {
        public static Ports Of(IPEndPoint tcp, int udp, IPEndPoint http, SiteOptions site)
        {
            var addresses = new HashSet<IPAddress>([.. Of(tcp.Address), .. Of(http.Address)]);
            if (IPAddress.TryParse(site.Address, out var configured))
            {
                addresses.Add(configured);
            }
            return new Ports(addresses, NotAny(tcp.Port), NotAny(udp), NotAny(http.Port));
        }

        // A route has port 0 for none, the settings for any.
        private static int NotAny(int port) => port == 0 ? -1 : port;

        private static IEnumerable<IPAddress> Of(IPAddress bound) =>
            bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any)
                ? NetworkInterface
                    .GetAllNetworkInterfaces()
                    .SelectMany(n => n.GetIPProperties().UnicastAddresses)
                    .Select(a => a.Address)
                : [bound];
    }
}
