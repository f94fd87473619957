using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Cuts a message into UDP packets. Each packet has an envelope of its own (RFC 3652 §2.3).</summary>
public static class PacketWriter
{
    /// <summary>The number of packets for a message of a length in bytes, envelope included.</summary>
    public static int CountOf(int length) =>
        Math.Max(
            1,
            (length - MessageLimits.EnvelopeLength + MessageLimits.PacketDataLength - 1)
                / MessageLimits.PacketDataLength
        );

    /// <summary>Writes one packet of the message.</summary>
    /// <param name="message">The message with its envelope.</param>
    /// <param name="sequence">The number of the packet, from 0.</param>
    /// <param name="truncatedFlag">
    /// True to set <see cref="EnvelopeFlags.Truncated"/> if there are several packets. Requests do; responses of the
    /// reference implementation do not.
    /// </param>
    /// <param name="packet">Where to write: 512 bytes, or at least the length of the message.</param>
    /// <returns>The length of the packet in bytes.</returns>
    public static int Write(ReadOnlySpan<byte> message, int sequence, bool truncatedFlag, Span<byte> packet)
    {
        if (!Envelope.TryRead(message, out var envelope))
        {
            throw new ArgumentException("A message has an envelope.", nameof(message));
        }
        var data = message[MessageLimits.EnvelopeLength..];
        var flags =
            truncatedFlag && CountOf(message.Length) > 1 ? envelope.Flags | EnvelopeFlags.Truncated : envelope.Flags;
        (envelope with { Sequence = sequence, MessageLength = (uint)data.Length, Flags = flags }).Write(packet);
        var from = sequence * MessageLimits.PacketDataLength;
        var piece = data.Slice(from, Math.Min(MessageLimits.PacketDataLength, data.Length - from));
        piece.CopyTo(packet[MessageLimits.EnvelopeLength..]);
        return MessageLimits.EnvelopeLength + piece.Length;
    }
}
