using System.Net;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Where a server is spoken to.</summary>
/// <param name="Address">Its address.</param>
/// <param name="UdpPort">1 to 65535; null where it is not spoken to over UDP.</param>
/// <param name="TcpPort">1 to 65535; null where it is not spoken to over TCP.</param>
public sealed record HandleServer(IPAddress Address, int? UdpPort, int? TcpPort)
{
    /// <summary>The protocol's own port.</summary>
    public const int DefaultPort = 2641;

    /// <summary>A server with one port for both.</summary>
    public static HandleServer At(IPEndPoint endpoint) => new(endpoint.Address, endpoint.Port, endpoint.Port);

    /// <summary>The first ports of a site's server for a service; null where it has none over UDP or TCP.</summary>
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

    /// <summary>A site of this server alone, such as a root that is configured by its address.</summary>
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
