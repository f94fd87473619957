using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>Cuts a message into UDP packets, each with an envelope of its own (RFC 3652 §2.3).</summary>
public static class PacketWriter
{
    /// <summary>How many packets a message of so many bytes, envelope included, is.</summary>
    public static int CountOf(int length) =>
        Math.Max(
            1,
            (length - MessageLimits.EnvelopeLength + MessageLimits.PacketDataLength - 1)
                / MessageLimits.PacketDataLength
        );

    /// <summary>Writes one packet.</summary>
    /// <param name="message">The message, its envelope included.</param>
    /// <param name="sequence">Which packet, from 0.</param>
    /// <param name="truncatedFlag">
    /// Set the flag where there is more than one packet: as requests do and responses of the reference do not.
    /// </param>
    /// <param name="packet">512 bytes, or as many as the message has.</param>
    /// <returns>Bytes of the packet.</returns>
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
