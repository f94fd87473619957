using System.Buffers.Binary;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>The first 24 bytes after the envelope (RFC 3652 §2.2.2).</summary>
public readonly record struct MessageHeader
{
    /// <summary>The site serial in a request of a client that knows no site record.</summary>
    public const ushort UnknownSiteSerial = 0xFFFF;

    /// <summary>The operation; a response repeats that of its request.</summary>
    public OpCode OpCode { get; init; }

    /// <summary>The result; <c>None</c> in requests.</summary>
    public ResponseCode ResponseCode { get; init; }

    /// <summary>Options of the operation.</summary>
    public OpFlags Flags { get; init; }

    /// <summary>
    /// The serial of a site record: in a request the one the client knows, in a response the server's.
    /// </summary>
    public ushort SiteSerial { get; init; }

    /// <summary>How many servers have passed the request on.</summary>
    public byte RecursionCount { get; init; }

    /// <summary>Seconds since 1970 UTC. Clients ignore a response that arrives later.</summary>
    public uint Expiration { get; init; }

    /// <summary>The length of the body in bytes as the sender claims it: not checked.</summary>
    public uint BodyLength { get; init; }

    /// <summary>Reads a header; false if there are fewer than 24 bytes.</summary>
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

    /// <summary>Writes the header to the first 24 bytes of a span.</summary>
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
