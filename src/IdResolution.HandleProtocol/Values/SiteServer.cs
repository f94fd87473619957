using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>A server of a site.</summary>
/// <param name="Id">Its number in the site.</param>
/// <param name="Address">IPv4, or IPv6.</param>
/// <param name="PublicKey">Encoded as the data of HS_PUBKEY; may be empty.</param>
/// <param name="Interfaces">Its ports.</param>
public sealed record SiteServer(int Id, IPAddress Address, byte[] PublicKey, IReadOnlyList<SiteInterface> Interfaces)
{
    /// <summary>Bytes of the smallest server.</summary>
    internal const int LeastLength = 28;

    private const int AddressLength = 16;
    private const int InterfaceLength = 6;

    /// <summary>The zeros before an IPv4 address.</summary>
    private static ReadOnlySpan<byte> Zeros => new byte[12];

    /// <summary>Reads a server.</summary>
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

    /// <summary>Writes the server.</summary>
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
