using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Messages;

/// <summary>
/// Puts one message together from its UDP packets, in whatever order and however often they come. Memory grows with
/// what was received, not with what is claimed. Not for several threads at once.
/// </summary>
public sealed class PacketAssembler
{
    private readonly SortedDictionary<int, byte[]> _pieces = [];
    private Envelope _envelope;
    private int _pending = -1;

    /// <summary>True once every packet is there.</summary>
    public bool IsComplete => _pending == 0;

    /// <summary>Bytes held.</summary>
    public int HeldBytes { get; private set; }

    /// <summary>The envelope of the message: that of packet 0, with no sequence and no flag of pieces.</summary>
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
    /// Takes a packet in; false for one that cannot be part of the message: too long in all, of a wrong length for its
    /// place, or of another length than said before. One that is there already changes nothing.
    /// </summary>
    /// <param name="envelope">
    /// Its envelope; that it belongs to this message, by session, request and sender, is the caller's to know.
    /// </param>
    /// <param name="data">What follows the envelope.</param>
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

    /// <summary>What follows the envelope, whole.</summary>
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
