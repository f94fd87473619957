using System.Net;
using IdResolution.Server.Options;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace IdResolution.Server.Http;

/// <summary>The addresses that the node listens on. Only valid after the server has started.</summary>
internal sealed class BoundAddresses(IServer server, NodeOptions options)
{
    public IPEndPoint Http => Find(0);

    public IPEndPoint Grpc => Find(1);

    /// <summary>The address of the Handle protocol over TCP.</summary>
    public IPEndPoint Handle => Find(2);

    /// <summary>The address of the SNMS protocol's own listener; null where there is none.</summary>
    public IPEndPoint? Snms => options.Snms.HasPort ? Find(3) : null;

    // The indexes follow the order in which NodeHost adds the listeners.
    private IPEndPoint Find(int listener)
    {
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(listener);
        var uri = new Uri(address.Replace("//*", "//0.0.0.0", StringComparison.Ordinal));
        return new IPEndPoint(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port);
    }
}
