using System.Net;
using IdResolution.Server.Options;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace IdResolution.Server.Http;

/// <summary>The addresses that the node listens on. Only valid after the server has started.</summary>
internal sealed class BoundAddresses(IServer server, NodeOptions options)
{
    public IPEndPoint Http => Find(Listener.Http)!;

    public IPEndPoint Grpc => Find(Listener.Grpc)!;

    /// <summary>The address of the Handle protocol over TCP.</summary>
    public IPEndPoint Handle => Find(Listener.Handle)!;

    /// <summary>All of them by the names of their listeners, in their order.</summary>
    public IEnumerable<KeyValuePair<string, IPEndPoint>> All =>
        options.Listeners.Select((listener, i) => KeyValuePair.Create(listener.Name, At(i)));

    /// <summary>The address of a listener; null where there is none.</summary>
    public IPEndPoint? Find(string name) => All.FirstOrDefault(address => address.Key == name).Value;

    // NodeHost adds the listeners in their order.
    private IPEndPoint At(int listener)
    {
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(listener);
        var uri = new Uri(address.Replace("//*", "//0.0.0.0", StringComparison.Ordinal));
        return new IPEndPoint(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port);
    }
}
