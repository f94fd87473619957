using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>The data of an HS_SITE value: the servers that hold the handles of a prefix (RFC 3651 §3.2.2).</summary>
public sealed record SiteRecord
{
    private const byte PrimaryFlag = 0x80;
    private const byte MultiPrimaryFlag = 0x40;

    /// <summary>The version of the record's own layout.</summary>
    public ushort FormatVersion { get; init; } = 1;

    /// <summary>The protocol version that the servers speak.</summary>
    public ProtocolVersion Version { get; init; } = ProtocolVersion.Current;

    /// <summary>A number that goes up with every change of the record.</summary>
    public ushort Serial { get; init; } = 1;

    /// <summary>True if the site takes administration.</summary>
    public bool IsPrimary { get; init; }

    /// <summary>True if the prefix has more than one primary site.</summary>
    public bool IsMultiPrimary { get; init; }

    /// <summary>The part of a handle that chooses the server.</summary>
    public SiteHashOption HashOption { get; init; } = SiteHashOption.Whole;

    /// <summary>A field that the protocol does not use; mostly empty.</summary>
    public string HashFilter { get; init; } = "";

    /// <summary>Descriptions of the site, as pairs of name and text.</summary>
    public IReadOnlyList<SiteAttribute> Attributes { get; init; } = [];

    /// <summary>The servers. Each handle is on one of them: see <see cref="ServerOf"/>.</summary>
    public required IReadOnlyList<SiteServer> Servers { get; init; }

    /// <summary>Reads the data; false if they are malformed. Bytes after them are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out SiteRecord? record)
    {
        record = null;
        var reader = new WireReader(data);
        if (
            !reader.TryUInt16(out var format)
            || !reader.TryByte(out var major)
            || !reader.TryByte(out var minor)
            || !reader.TryUInt16(out var serial)
            || !reader.TryByte(out var flags)
            || !reader.TryByte(out var hash)
            || !reader.TryText(out var filter)
            || !TryAttributes(ref reader, out var attributes)
            || !TryServers(ref reader, out var servers)
        )
        {
            return false;
        }
        record = new SiteRecord
        {
            FormatVersion = format,
            Version = new ProtocolVersion(major, minor),
            Serial = serial,
            IsPrimary = (flags & PrimaryFlag) != 0,
            IsMultiPrimary = (flags & MultiPrimaryFlag) != 0,
            HashOption = (SiteHashOption)hash,
            HashFilter = filter,
            Attributes = attributes,
            Servers = servers,
        };
        return true;
    }

    /// <summary>Writes the data in their wire form.</summary>
    public void Write(WireWriter writer)
    {
        writer.UInt16(FormatVersion);
        writer.Byte(Version.Major);
        writer.Byte(Version.Minor);
        writer.UInt16(Serial);
        writer.Byte((byte)((IsPrimary ? PrimaryFlag : 0) | (IsMultiPrimary ? MultiPrimaryFlag : 0)));
        writer.Byte((byte)HashOption);
        writer.Text(HashFilter);
        writer.Int32(Attributes.Count);
        foreach (var attribute in Attributes)
        {
            writer.Text(attribute.Name);
            writer.Text(attribute.Value);
        }
        writer.Int32(Servers.Count);
        foreach (var server in Servers)
        {
            server.Write(writer);
        }
    }

    /// <summary>The bytes that <see cref="Write"/> writes: the data of an HS_SITE value.</summary>
    public byte[] ToData() => Encoded.Of(Write);

    /// <summary>The position in <see cref="Servers"/> of the server that holds a handle.</summary>
    /// <exception cref="InvalidOperationException">The site has no servers.</exception>
    public int ServerOf(string handle)
    {
        if (Servers.Count == 0)
        {
            throw new InvalidOperationException("The site has no servers.");
        }
        return (int)(Hash(handle, HashOption) % Servers.Count);
    }

    /// <summary>The number, 0 to 2³¹, whose remainder chooses the server.</summary>
    [SuppressMessage(
        "Security",
        "CA5351:Do Not Use Broken Cryptographic Algorithms",
        Justification = "The protocol spreads handles by MD5; nothing is secured by it."
    )]
    internal static long Hash(string handle, SiteHashOption option)
    {
        var (prefix, suffix) = HandleName.Split(handle);
        var part = option switch
        {
            SiteHashOption.Prefix => prefix,
            SiteHashOption.Suffix => suffix,
            _ => handle,
        };
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(Encoding.UTF8.GetBytes(HandleName.Fold(part)), digest);
        return Math.Abs((long)BinaryPrimitives.ReadInt32BigEndian(digest[^4..]));
    }

    private static bool TryAttributes(ref WireReader reader, [NotNullWhen(true)] out SiteAttribute[]? attributes)
    {
        attributes = null;
        if (!reader.TryCount(8, out var count))
        {
            return false;
        }
        var read = new SiteAttribute[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryText(out var name) || !reader.TryText(out var value))
            {
                return false;
            }
            read[i] = new SiteAttribute(name, value);
        }
        attributes = read;
        return true;
    }

    private static bool TryServers(ref WireReader reader, [NotNullWhen(true)] out SiteServer[]? servers)
    {
        servers = null;
        if (!reader.TryCount(SiteServer.LeastLength, out var count))
        {
            return false;
        }
        var read = new SiteServer[count];
        for (var i = 0; i < count; i++)
        {
            if (!SiteServer.TryRead(ref reader, out var server))
            {
                return false;
            }
            read[i] = server;
        }
        servers = read;
        return true;
    }
}
