using System.Diagnostics.CodeAnalysis;
using System.Net;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// Joins requests over UDP that arrive in several packets, in any order, perhaps twice or never complete. Each is kept
/// for a few seconds, and the total memory is limited. If there is no room, the oldest is dropped, so that forged parts
/// cannot keep out real requests, which are complete within milliseconds. Thread-safe.
/// </summary>
internal sealed class UdpReassembler(TimeProvider time)
{
    private const int MaxMessages = 1_024;
    private const long MaxBytes = 16L << 20;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(SocketAddress Source, int RequestId, int SessionId), LinkedListNode<Entry>> _open = [];
    private readonly LinkedList<Entry> _order = new();
    private long _bytes;

    /// <summary>Adds a packet. True, with the whole message, if it was the last one missing.</summary>
    public bool TryComplete(
        in Envelope envelope,
        ReadOnlySpan<byte> data,
        SocketAddress source,
        [NotNullWhen(true)] out Whole? whole,
        out int receivedBytes
    )
    {
        whole = null;
        receivedBytes = 0;
        lock (_lock)
        {
            var key = (source, envelope.RequestId, envelope.SessionId);
            if (!_open.TryGetValue(key, out var node))
            {
                node = Open(in envelope, source);
            }
            var entry = node.Value;
            var held = entry.Assembler.HeldBytes;
            var isPart = entry.Assembler.TryAdd(envelope, data);
            _bytes += entry.Assembler.HeldBytes - held;
            entry.Received += MessageLimits.EnvelopeLength + data.Length;
            if (!isPart)
            {
                Remove(node);
                return false;
            }
            while (_bytes > MaxBytes && _order.First is { } oldest)
            {
                Remove(oldest);
                if (oldest == node)
                {
                    return false;
                }
            }
            if (!entry.Assembler.IsComplete)
            {
                return false;
            }
            Remove(node);
            receivedBytes = entry.Received;
            whole = new Whole(entry.Assembler.Envelope, entry.Assembler.ToMessage());
            return true;
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _bytes -= node.Value.Assembler.HeldBytes;
        _open.Remove(node.Value.Key);
        _order.Remove(node);
    }

    private LinkedListNode<Entry> Open(in Envelope envelope, SocketAddress source)
    {
        MakeRoom();
        // The caller receives the next packet into the same address.
        var copy = new SocketAddress(source.Family, source.Size);
        source.Buffer[..source.Size].CopyTo(copy.Buffer);
        var key = (copy, envelope.RequestId, envelope.SessionId);
        var node = _order.AddLast(new Entry(key, time.GetTimestamp()));
        _open.Add(key, node);
        return node;
    }

    private void MakeRoom()
    {
        while (
            _order.First is { } oldest
            && (_open.Count >= MaxMessages || _bytes >= MaxBytes || time.GetElapsedTime(oldest.Value.Since) > Life)
        )
        {
            Remove(oldest);
        }
    }

    /// <summary>A complete message.</summary>
    internal sealed record Whole(Envelope Envelope, byte[] Message);

    private sealed class Entry((SocketAddress Source, int RequestId, int SessionId) key, long since)
    {
        public (SocketAddress Source, int RequestId, int SessionId) Key { get; } = key;

        public long Since { get; } = since;

        public PacketAssembler Assembler { get; } = new();

        public int Received { get; set; }
    }
}
