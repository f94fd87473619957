using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace IdResolution.Core.Access;

/// <summary>
/// The network that a request comes from: an IPv4 address, or the /64 of an IPv6 address, because one machine can use a
/// whole /64. The default value stands for no network, such as the command line.
/// </summary>
public readonly record struct NetworkSource
{
    private const ulong Ipv4 = 0xFFFF_0000_0000;

    // The /64 of an IPv6 address in the upper half; or an IPv4 address in the lower half, as in ::ffff:a.b.c.d.
    private readonly UInt128 _network;

    private NetworkSource(UInt128 network) => _network = network;

    /// <summary>True for this machine itself, which others cannot forge.</summary>
    public bool IsLoopback => IsIpv4 ? (byte)(_network >> 24) == 127 : IsLoopbackV6;

    // ::1 has a network of its own here: the rest of ::/64 is not this machine.
    private bool IsLoopbackV6 => _network == UInt128.One;

    private bool IsIpv4 => (ulong)(_network >> 32) == Ipv4 >> 32;

    /// <summary>The network of an address; the default value for null.</summary>
    public static NetworkSource Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address is not null && address.TryWriteBytes(bytes, out var length) ? Of(bytes[..length]) : default;
    }

    /// <summary>The network of a socket's address (sockaddr_in, sockaddr_in6). Allocates nothing.</summary>
    public static NetworkSource Of(SocketAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var bytes = address.Buffer.Span;
        return address.Family switch
        {
            AddressFamily.InterNetwork => Of(bytes.Slice(4, 4)),
            AddressFamily.InterNetworkV6 => Of(bytes.Slice(8, 16)),
            _ => default,
        };
    }

    /// <summary>An IPv4 address, or a network such as <c>2001:db8:1:2::/64</c>; empty for no network.</summary>
    public override string ToString()
    {
        if (_network == default)
        {
            return "";
        }
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _network);
        if (IsIpv4)
        {
            return new IPAddress(bytes[12..]).ToString();
        }
        var address = new IPAddress(bytes).ToString();
        return IsLoopbackV6 ? address : address + "/64";
    }

    private static NetworkSource Of(ReadOnlySpan<byte> address)
    {
        if (address.Length == 4)
        {
            return new NetworkSource(Ipv4 | BinaryPrimitives.ReadUInt32BigEndian(address));
        }
        var whole = BinaryPrimitives.ReadUInt128BigEndian(address);
        var isAlone = whole == UInt128.One || (ulong)(whole >> 32) == Ipv4 >> 32;
        return new NetworkSource(isAlone ? whole : whole & ~(UInt128)ulong.MaxValue);
    }
}
