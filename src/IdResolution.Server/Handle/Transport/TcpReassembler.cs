using System.Buffers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// Joins a message that a client sends over TCP in pieces, each with its own envelope and the truncated flag, in order.
/// Teleinfo's client does so above 262,124 bytes. Each connection has one reassembler.
/// </summary>
internal sealed class TcpReassembler
{
    private const int PieceLength = MessageLimits.MaxMessageLength - MessageLimits.EnvelopeLength;

    private ArrayBufferWriter<byte>? _whole;

    /// <summary>True after an invalid piece or envelope.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The bytes of pieces that wait for the rest of their message.</summary>
    public int Held => _whole?.WrittenCount ?? 0;

    /// <summary>
    /// The bytes between this envelope and the next; -1 for a bad envelope, which sets <see cref="IsBroken"/>.
    /// </summary>
    public int LengthOf(in Envelope envelope)
    {
        var length = envelope.MessageLength;
        if (envelope.Flags.HasFlag(EnvelopeFlags.Truncated))
        {
            var before = (long)envelope.Sequence * PieceLength;
            IsBroken |= before != Held;
            length = before < length ? (uint)Math.Min(PieceLength, length - before) : 0;
        }
        else
        {
            IsBroken |= Held > 0;
        }
        IsBroken |=
            envelope.MessageLength > MessageLimits.MaxMessageLength || length < MessageLimits.HeaderLength && Held == 0;
        return IsBroken ? -1 : (int)length;
    }

    /// <summary>Adds a piece. True if it was the last; <paramref name="message"/> is then the whole.</summary>
    public bool TryComplete(in Envelope envelope, ref ReadOnlySequence<byte> message)
    {
        if (Held == 0 && message.Length == envelope.MessageLength)
        {
            return true;
        }
        _whole ??= new ArrayBufferWriter<byte>();
        foreach (var segment in message)
        {
            _whole.Write(segment.Span);
        }
        if (_whole.WrittenCount < envelope.MessageLength)
        {
            return false;
        }
        message = new ReadOnlySequence<byte>(_whole.WrittenMemory);
        _whole = null;
        return true;
    }
}
