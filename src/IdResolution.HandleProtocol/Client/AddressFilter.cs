using System.Net;
using System.Net.Sockets;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// Decides which addresses from records may be contacted. Other people write records, and these must not make the node
/// connect to its own network. So only addresses are allowed that are reachable from everywhere by the special-purpose
/// registries of IANA (RFC 6890), and those that are listed. This includes IPv4 addresses inside IPv6 addresses.
/// </summary>
public sealed class AddressFilter
{
    // All of IPv6 that was ever given to networks. What lies outside is for one machine, link or site, or for nothing.
    private static readonly IPNetwork s_globalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] s_refused =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            // Assignments to protocols: Teredo, benchmarks, ORCHID.
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>
    /// IPv6 networks with an embedded IPv4 address, and its offset: NAT64 (RFC 6052), 6to4 (RFC 3056). A NAT64 network
    /// of one's own (<c>64:ff9b:1::/48</c>, RFC 8215) is not among them: it need not lead to where its address says.
    /// </summary>
    private static readonly (IPNetwork Network, int Offset)[] s_embedding =
    [
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
    ];

    private readonly IPNetwork[] _listed;

    /// <summary>Makes a filter that also allows the addresses in <paramref name="listed"/>.</summary>
    public AddressFilter(IEnumerable<IPNetwork> listed) => _listed = [.. listed];

    /// <summary>The filter without exceptions: only public addresses.</summary>
    public static AddressFilter PublicOnly { get; } = new([]);

    /// <summary>Reads the addresses and networks to allow, such as <c>10.1.0.0/16</c>; false if one is wrong.</summary>
    /// <param name="entries">The addresses and networks to allow.</param>
    /// <param name="filter">The filter; null if an entry is wrong.</param>
    /// <param name="wrong">The first wrong entry; null if there is none.</param>
    public static bool TryParse(IEnumerable<string> entries, out AddressFilter? filter, out string? wrong)
    {
        filter = null;
        var networks = new List<IPNetwork>();
        foreach (var entry in entries)
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(entry, out var network))
            {
                networks.Add(network);
            }
            else
            {
                wrong = entry;
                return false;
            }
        }
        filter = new AddressFilter(networks);
        wrong = null;
        return true;
    }

    /// <summary>True if the address is public or listed.</summary>
    public bool Allows(IPAddress address)
    {
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (_listed.Any(network => network.Contains(real) || network.Contains(address)))
        {
            return true;
        }
        if (s_refused.Any(network => network.Contains(real)))
        {
            return false;
        }
        if (real.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return true;
        }
        var bytes = real.GetAddressBytes();
        foreach (var (network, offset) in s_embedding)
        {
            if (network.Contains(real))
            {
                return Allows(new IPAddress(bytes.AsSpan(offset, 4)));
            }
        }
        return s_globalUnicast.Contains(real);
    }
}
