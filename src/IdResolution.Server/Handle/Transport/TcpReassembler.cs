using System.Buffers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// Puts together a message that a client sent over TCP in pieces, as Teleinfo's client does above 262,124 bytes: each
/// with its own envelope and the truncated flag, in order. Of one connection.
/// </summary>
internal sealed class TcpReassembler
{
    private const int PieceLength = MessageLimits.MaxMessageLength - MessageLimits.EnvelopeLength;

    private ArrayBufferWriter<byte>? _whole;

    /// <summary>True once what came can be no message.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Bytes of pieces that wait for the rest.</summary>
    public int Held => _whole?.WrittenCount ?? 0;

    /// <summary>
    /// Bytes that follow an envelope before the next; -1, and broken, where it claims what cannot be.
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

    /// <summary>Adds a piece; true with the whole message where it was the last.</summary>
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
