using System.Buffers.Binary;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>The first 20 bytes of a message or packet (RFC 3652 §2.2.1).</summary>
public readonly record struct Envelope
{
    /// <summary>The version that the message is written in.</summary>
    public ProtocolVersion Version { get; init; }

    /// <summary>The version that the sender prefers; <see cref="Version"/> if it suggests none.</summary>
    public ProtocolVersion Suggested { get; init; }

    /// <summary>Whether the message is encrypted or comes in several packets.</summary>
    public EnvelopeFlags Flags { get; init; }

    /// <summary>The session, login or pending challenge that the message belongs to; 0 for none.</summary>
    public int SessionId { get; init; }

    /// <summary>A number that the sender chooses; the response repeats it.</summary>
    public int RequestId { get; init; }

    /// <summary>The number of the packet within its message, from 0.</summary>
    public int Sequence { get; init; }

    /// <summary>The bytes after the envelope, over all packets, as the sender claims them: not checked.</summary>
    public uint MessageLength { get; init; }

    /// <summary>Reads an envelope; false if there are fewer than 20 bytes.</summary>
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

    /// <summary>Writes the envelope to the first 20 bytes of a span.</summary>
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
    /// The version to answer in: the suggested one, but at most the server's own. Major version 5 comes from a fault of
    /// an old client and is answered in 2.1.
    /// </summary>
    public ProtocolVersion Answered
    {
        get
        {
            if (Suggested.Major == 5 || Suggested < ProtocolVersion.Oldest)
            {
                return ProtocolVersion.Oldest;
            }
            return Suggested > ProtocolVersion.Current ? ProtocolVersion.Current : Suggested;
        }
    }
}
