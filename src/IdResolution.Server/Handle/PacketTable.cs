using System.Diagnostics.CodeAnalysis;
using System.Net;
using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Handle;

/// <summary>
/// Requests over UDP that come in several packets, in any order, twice, or never whole: each is put together for a few seconds, and what
/// all hold is bounded. Thread-safe.
/// </summary>
internal sealed class PacketTable(TimeProvider time)
{
    private const int MaxMessages = 1_024;
    private const long MaxBytes = 16L << 20;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(SocketAddress Source, int RequestId, int SessionId), Entry> _open = [];
    private long _bytes;

    /// <summary>Adds a packet; true with the whole message where it was the last one missing.</summary>
    public bool TryComplete(in Envelope envelope, ReadOnlySpan<byte> data, SocketAddress source, [NotNullWhen(true)] out Whole? whole, out int receivedBytes)
    {
        whole = null;
        receivedBytes = 0;
        lock (_lock)
        {
            var key = (source, envelope.RequestId, envelope.SessionId);
            if (!_open.TryGetValue(key, out var entry))
            {
                DropExpired();
                if (_open.Count >= MaxMessages || _bytes >= MaxBytes)
                {
                    return false;
                }
                var copy = new SocketAddress(source.Family, source.Size);
                source.Buffer[..source.Size].CopyTo(copy.Buffer);
                key = (copy, envelope.RequestId, envelope.SessionId);
                _open.Add(key, entry = new Entry(time.GetTimestamp()));
            }
            var held = entry.Assembler.HeldBytes;
            var isPart = entry.Assembler.TryAdd(envelope, data);
            _bytes += entry.Assembler.HeldBytes - held;
            entry.Received += MessageLimits.EnvelopeLength + data.Length;
            if (!isPart || _bytes > MaxBytes)
            {
                Remove(key, entry);
                return false;
            }
            if (!entry.Assembler.IsComplete)
            {
                return false;
            }
            Remove(key, entry);
            receivedBytes = entry.Received;
            whole = new Whole(entry.Assembler.Envelope, entry.Assembler.ToMessage());
            return true;
        }
    }

    private void Remove((SocketAddress, int, int) key, Entry entry)
    {
        _bytes -= entry.Assembler.HeldBytes;
        _open.Remove(key);
    }

    private void DropExpired()
    {
        foreach (var (key, entry) in _open)
        {
            if (time.GetElapsedTime(entry.Since) > Life)
            {
                Remove(key, entry);
            }
        }
    }

    /// <summary>A message put together.</summary>
    internal sealed record Whole(Envelope Envelope, byte[] Message);

    private sealed class Entry(long since)
    {
        public long Since { get; } = since;

        public PacketAssembler Assembler { get; } = new();

        public int Received { get; set; }
    }
}
