using System.Buffers.Binary;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>The first 24 bytes after the envelope (RFC 3652 §2.2.2).</summary>
public readonly record struct MessageHeader
{
    /// <summary>The serial of a request that knows no site record.</summary>
    public const ushort UnknownSiteSerial = 0xFFFF;

    /// <summary>What is asked for; repeated by the response.</summary>
    public OpCode OpCode { get; init; }

    /// <summary>None in requests.</summary>
    public ResponseCode ResponseCode { get; init; }

    /// <summary>How it is asked for.</summary>
    public OpFlags Flags { get; init; }

    /// <summary>In a request the serial of the site record known, in a response the server's own.</summary>
    public ushort SiteSerial { get; init; }

    /// <summary>How often the request was handed on.</summary>
    public byte RecursionCount { get; init; }

    /// <summary>Seconds since 1970 UTC; clients throw away a response past it.</summary>
    public uint Expiration { get; init; }

    /// <summary>Bytes of the body; as claimed by the sender, and so not checked.</summary>
    public uint BodyLength { get; init; }

    /// <summary>Reads a header; false where there are fewer than 24 bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MessageHeader header)
    {
        if (bytes.Length < MessageLimits.HeaderLength)
        {
            header = default;
            return false;
        }
        header = new MessageHeader
        {
            OpCode = (OpCode)BinaryPrimitives.ReadInt32BigEndian(bytes),
            ResponseCode = (ResponseCode)BinaryPrimitives.ReadInt32BigEndian(bytes[4..]),
            Flags = (OpFlags)BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            SiteSerial = BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]),
            RecursionCount = bytes[14],
            Expiration = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            BodyLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]),
        };
        return true;
    }

    /// <summary>Writes the header over 24 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes, (int)OpCode);
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], (int)ResponseCode);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], (uint)Flags);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], SiteSerial);
        bytes[14] = RecursionCount;
        bytes[15] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], Expiration);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], BodyLength);
    }
}
