using System.Net;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>
/// The section <c>ForwardedHeaders</c>: the proxies that say for whom they ask. On HTTP and gRPC by
/// <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>, on the Handle port by the PROXY protocol, version 2.
/// </summary>
internal sealed class ProxyOptions
{
    /// <summary>Addresses or networks, such as 10.0.0.7 or 10.0.0.0/24.</summary>
    public List<string> Proxies { get; set; } = [];

    /// <summary>The same as networks; what cannot be read is left out.</summary>
    internal IReadOnlyList<IPNetwork> Networks => [.. Proxies.Select(Parse).OfType<IPNetwork>()];

    internal void Validate(List<Text> errors)
    {
        foreach (var proxy in Proxies.Where(p => Parse(p) is null))
        {
            errors.Add(
                new(
                    $"ForwardedHeaders:Proxies: '{proxy}' must be an address or a network, such as 10.0.0.7 or "
                        + "10.0.0.0/24.",
                    $"ForwardedHeaders:Proxies：“{proxy}”应为地址或网段，如 10.0.0.7 或 10.0.0.0/24。"
                )
            );
        }
    }

    private static IPNetwork? Parse(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }
        return IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;
    }
}
