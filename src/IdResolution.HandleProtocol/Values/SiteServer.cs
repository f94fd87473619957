using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>One of the servers of a site.</summary>
/// <param name="Id">The server's number within the site.</param>
/// <param name="Address">The IPv4 or IPv6 address.</param>
/// <param name="PublicKey">The public key in the encoding of HS_PUBKEY; may be empty.</param>
/// <param name="Interfaces">The ports.</param>
public sealed record SiteServer(int Id, IPAddress Address, byte[] PublicKey, IReadOnlyList<SiteInterface> Interfaces)
{
    /// <summary>The bytes of the smallest server on the wire.</summary>
    internal const int LeastLength = 28;

    private const int AddressLength = 16;
    private const int InterfaceLength = 6;

    /// <summary>An IPv4 address is written as 16 bytes that start with these.</summary>
    private static ReadOnlySpan<byte> Zeros => new byte[12];

    internal static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out SiteServer? server)
    {
        server = null;
        if (
            !reader.TryInt32(out var id)
            || !reader.TryBytes(AddressLength, out var address)
            || !reader.TryArray(out var key)
            || !reader.TryCount(InterfaceLength, out var count)
        )
        {
            return false;
        }
        var interfaces = new SiteInterface[count];
        for (var i = 0; i < count; i++)
        {
            reader.TryByte(out var services);
            reader.TryByte(out var transport);
            reader.TryInt32(out var port);
            interfaces[i] = new SiteInterface((SiteServices)services, (SiteTransport)transport, port);
        }
        server = new SiteServer(
            id,
            new IPAddress(address.StartsWith(Zeros) ? address[Zeros.Length..] : address),
            key.ToArray(),
            interfaces
        );
        return true;
    }

    internal void Write(WireWriter writer)
    {
        writer.Int32(Id);
        if (Address.AddressFamily == AddressFamily.InterNetwork)
        {
            writer.Bytes(Zeros);
        }
        writer.Bytes(Address.GetAddressBytes());
        writer.Array(PublicKey);
        writer.Int32(Interfaces.Count);
        foreach (var port in Interfaces)
        {
            writer.Byte((byte)port.Services);
            writer.Byte((byte)port.Transport);
            writer.Int32(port.Port);
        }
    }
}
