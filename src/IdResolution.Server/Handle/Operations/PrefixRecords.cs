using System.Net;
using IdResolution.Core.Catalog;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// The records of homed prefixes: with this node's site, or with that of the node that a prefix is routed on to.
/// Thread-safe.
/// </summary>
internal sealed class PrefixRecords(HandleSite site, PrefixRoutes routes) : IPrefixRecords
{
    // Clients keep a site for so long; an enterprise's node may move.
    private const int Ttl = 3_600;

    /// <inheritdoc/>
    public IReadOnlyList<RawValue> Render(string prefix) => site.Render(prefix, FindRoute(prefix));

    /// <inheritdoc/>
    public RawValue? FindRoute(string prefix) =>
        routes.Find(prefix) is { Refers: true } route ? HandleSite.SiteValue(SiteOf(route)) with { Ttl = Ttl } : null;

    private static SiteRecord SiteOf(PrefixRoute route)
    {
        var interfaces = new List<SiteInterface>();
        // Teleinfo's client takes the first interface over TCP.
        Add(SiteServices.Both, SiteTransport.Tcp, route.Tcp);
        Add(SiteServices.Query, SiteTransport.Udp, route.Udp);
        Add(SiteServices.Both, SiteTransport.Http, route.Http);
        return new SiteRecord
        {
            Serial = (ushort)(route.Version % ushort.MaxValue),
            IsPrimary = true,
            HashOption = SiteHashOption.Whole,
            Servers = [new SiteServer(1, IPAddress.Parse(route.Address!), [], interfaces)],
        };

        void Add(SiteServices services, SiteTransport transport, int port)
        {
            if (port > 0)
            {
                interfaces.Add(new SiteInterface(services, transport, port));
            }
        }
    }
}
