using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace IdResolution.Server.Http;

/// <summary>Where the node listens, once it does.</summary>
internal sealed class BoundAddresses(IServer server)
{
    /// <summary>HTTP.</summary>
    public IPEndPoint Http => Find(0);

    /// <summary>gRPC.</summary>
    public IPEndPoint Grpc => Find(1);

    /// <summary>The Handle protocol over TCP.</summary>
    public IPEndPoint Handle => Find(2);

    // In the order in which NodeHost names the listeners.
    private IPEndPoint Find(int listener)
    {
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(listener);
        var uri = new Uri(address.Replace("//*", "//0.0.0.0", StringComparison.Ordinal));
        return new IPEndPoint(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port);
    }
}
