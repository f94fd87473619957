using System.Net;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>The address and ports of a server.</summary>
/// <param name="Address">The IPv4 or IPv6 address.</param>
/// <param name="UdpPort">1 to 65535; null if the server is not to be asked over UDP.</param>
/// <param name="TcpPort">1 to 65535; null if the server is not to be asked over TCP.</param>
public sealed record HandleServer(IPAddress Address, int? UdpPort, int? TcpPort)
{
    /// <summary>The usual port of the Handle protocol, for UDP and TCP.</summary>
    public const int DefaultPort = 2641;

    /// <summary>A server with the same port for UDP and TCP.</summary>
    public static HandleServer At(IPEndPoint endpoint) => new(endpoint.Address, endpoint.Port, endpoint.Port);

    /// <summary>A site's server with its first UDP and TCP ports for a service; null if it has neither.</summary>
    public static HandleServer? Of(SiteServer server, SiteServices service)
    {
        int? PortOf(SiteTransport transport) =>
            server
                .Interfaces.FirstOrDefault(port =>
                    port.Transport == transport
                    && port.Services.HasFlag(service)
                    && port.Port is > 0 and <= IPEndPoint.MaxPort
                )
                ?.Port;

        var found = new HandleServer(server.Address, PortOf(SiteTransport.Udp), PortOf(SiteTransport.Tcp));
        return found.UdpPort is null && found.TcpPort is null ? null : found;
    }

    /// <summary>A site that consists of this server, for example a root that is configured by its address.</summary>
    public SiteRecord ToSite()
    {
        var interfaces = new List<SiteInterface>();
        if (UdpPort is { } udp)
        {
            interfaces.Add(new SiteInterface(SiteServices.Query, SiteTransport.Udp, udp));
        }
        if (TcpPort is { } tcp)
        {
            interfaces.Add(new SiteInterface(SiteServices.Both, SiteTransport.Tcp, tcp));
        }
        return new SiteRecord { IsPrimary = true, Servers = [new SiteServer(1, Address, [], interfaces)] };
    }

    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Address, TcpPort ?? UdpPort ?? 0).ToString();
}
