using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Puts a message together from its UDP packets. They may come in any order and more than once. Memory grows with the
/// bytes received, not with the length claimed. Not for several threads at once.
/// </summary>
public sealed class PacketAssembler
{
    private readonly SortedDictionary<int, byte[]> _pieces = [];
    private Envelope _envelope;
    private int _pending = -1;

    /// <summary>True once every packet has arrived.</summary>
    public bool IsComplete => _pending == 0;

    /// <summary>The bytes of the packets that have arrived, envelopes not counted.</summary>
    public int HeldBytes { get; private set; }

    /// <summary>The envelope of the message, without sequence and <see cref="EnvelopeFlags.Truncated"/>.</summary>
    /// <exception cref="InvalidOperationException">The message is not complete.</exception>
    public Envelope Envelope =>
        IsComplete
            ? _envelope with
            {
                Sequence = 0,
                Flags = _envelope.Flags & ~EnvelopeFlags.Truncated,
            }
            : throw NotComplete();

    /// <summary>
    /// Adds a packet. False if it cannot belong to the message: it claims a message too long or of another length than
    /// before, or its own length is wrong for its position. A repeated packet changes nothing.
    /// </summary>
    /// <param name="envelope">
    /// The packet's envelope. The caller checks that session, request and sender are those of this message.
    /// </param>
    /// <param name="data">The bytes after the packet's envelope.</param>
    public bool TryAdd(Envelope envelope, ReadOnlySpan<byte> data)
    {
        if (
            envelope.MessageLength is 0 or > MessageLimits.MaxMessageLength
            || _pending >= 0 && envelope.MessageLength != _envelope.MessageLength
        )
        {
            return false;
        }
        var total = (int)envelope.MessageLength;
        var count = PacketWriter.CountOf(MessageLimits.EnvelopeLength + total);
        if (
            envelope.Sequence < 0
            || envelope.Sequence >= count
            || data.Length
                != Math.Min(MessageLimits.PacketDataLength, total - envelope.Sequence * MessageLimits.PacketDataLength)
        )
        {
            return false;
        }
        if (_pieces.ContainsKey(envelope.Sequence))
        {
            return true;
        }
        if (_pending < 0)
        {
            _pending = count;
            _envelope = envelope;
        }
        if (envelope.Sequence == 0)
        {
            _envelope = envelope;
        }
        _pieces.Add(envelope.Sequence, data.ToArray());
        _pending--;
        HeldBytes += data.Length;
        return true;
    }

    /// <summary>All bytes of the message after the envelope.</summary>
    /// <exception cref="InvalidOperationException">The message is not complete.</exception>
    public byte[] ToMessage()
    {
        if (!IsComplete)
        {
            throw NotComplete();
        }
        var message = new byte[HeldBytes];
        var at = 0;
        foreach (var piece in _pieces.Values)
        {
            piece.CopyTo(message, at);
            at += piece.Length;
        }
        return message;
    }

    private static InvalidOperationException NotComplete() => new("Packets of the message are missing.");
}
