using System.Net;
using IdResolution.Server.Options;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace IdResolution.Server.Http;

/// <summary>The proxies whose word is taken for where a request comes from. Immutable.</summary>
internal sealed class TrustedProxies(ProxyOptions options)
{
    private readonly IReadOnlyList<IPNetwork> _networks = options.Networks;

    /// <summary>True if an address is a listed proxy's.</summary>
    public bool Has(IPAddress? address)
    {
        if (_networks.Count == 0 || address is null)
        {
            return false;
        }
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Any(network => network.Contains(plain));
    }

    /// <summary>Takes the client's address and scheme from the headers of listed proxies, and of nobody else.</summary>
    public static void Use(IApplicationBuilder app, ProxyOptions options)
    {
        if (options.Networks.Count == 0)
        {
            return;
        }
        var headers = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // As many as are listed, one behind the other.
            ForwardLimit = null,
        };
        headers.KnownIPNetworks.Clear();
        headers.KnownProxies.Clear();
        foreach (var network in options.Networks)
        {
            headers.KnownIPNetworks.Add(network);
        }
        app.UseForwardedHeaders(headers);
    }
}
