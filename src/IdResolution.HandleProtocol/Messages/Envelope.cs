using System.Buffers.Binary;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>The first 20 bytes of a message or packet (RFC 3652 §2.2.1).</summary>
public readonly record struct Envelope
{
    /// <summary>The version the message is written in.</summary>
    public ProtocolVersion Version { get; init; }

    /// <summary>The version its sender would rather speak; where none is given, <see cref="Version"/>.</summary>
    public ProtocolVersion Suggested { get; init; }

    /// <summary>Encrypted, in pieces.</summary>
    public EnvelopeFlags Flags { get; init; }

    /// <summary>0 for none; a session, a login or a pending challenge.</summary>
    public int SessionId { get; init; }

    /// <summary>Repeated by the response.</summary>
    public int RequestId { get; init; }

    /// <summary>The number of a packet, from 0.</summary>
    public int Sequence { get; init; }

    /// <summary>
    /// Bytes that follow the envelope, over all packets; as claimed by the sender, and so not checked.
    /// </summary>
    public uint MessageLength { get; init; }

    /// <summary>Reads an envelope; false where there are fewer than 20 bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Envelope envelope)
    {
        if (bytes.Length < MessageLimits.EnvelopeLength)
        {
            envelope = default;
            return false;
        }
        var version = new ProtocolVersion(bytes[0], bytes[1]);
        var suggested = (byte)(bytes[2] & 3);
        envelope = new Envelope
        {
            Version = version,
            Suggested = suggested == 0 ? version : new ProtocolVersion(suggested, bytes[3]),
            Flags = (EnvelopeFlags)(bytes[2] & 0xE0),
            SessionId = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]),
            RequestId = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]),
            Sequence = BinaryPrimitives.ReadInt32BigEndian(bytes[12..]),
            MessageLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
        };
        return true;
    }

    /// <summary>Writes the envelope over 20 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = Version.Major;
        bytes[1] = Version.Minor;
        bytes[2] = (byte)((byte)Flags | (Suggested.Major & 3));
        bytes[3] = Suggested.Minor;
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], SessionId);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], RequestId);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], MessageLength);
    }

    /// <summary>
    /// The version a server answers in: what was suggested, lowered to its own where higher; major 5 comes from an old
    /// client's fault.
    /// </summary>
    public ProtocolVersion Answered
    {
        get
        {
            if (Suggested.Major is 0 or 1 or 5 || Suggested < ProtocolVersion.Oldest)
            {
                return ProtocolVersion.Oldest;
            }
            return Suggested > ProtocolVersion.Current ? ProtocolVersion.Current : Suggested;
        }
    }
}
