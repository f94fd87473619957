using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;

namespace IdResolution.Server.Foreign;

/// <summary>
/// What other nodes answered, for as long as it may be believed. Bounded by count and bytes: beyond, what is oldest
/// goes. Thread-safe.
/// </summary>
/// <param name="maxEntries">Answers kept; 0 keeps none.</param>
/// <param name="time">The clock.</param>
internal sealed class ForeignCache(int maxEntries, TimeProvider time)
{
    private const long MaxBytes = 64L << 20;
    private const int EntryBytes = 512;
    private const int ValueBytes = 160;

    private readonly Lock _lock = new();
    private readonly Dictionary<LookupKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = new();
    private long _bytes;

    /// <summary>What is known of an identifier; null where that is nothing, or nothing any longer.</summary>
    public Result<ForeignRecord>? Find(LookupKey key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var node))
            {
                return null;
            }
            if (node.Value.Expires > time.GetUtcNow())
            {
                return node.Value.Answer;
            }
            Remove(node);
            return null;
        }
    }

    /// <summary>Keeps an answer until a time.</summary>
    public void Keep(LookupKey key, Result<ForeignRecord> answer, DateTimeOffset expires)
    {
        var entry = new Entry(
            key,
            answer,
            expires,
            EntryBytes
                + (
                    answer.IsOk
                        ? answer.Value.Values.Sum(value => ValueBytes + value.Data.Length + (value.Type.Length * 2L))
                        : 0
                )
        );
        if (maxEntries == 0 || expires <= time.GetUtcNow() || entry.Bytes > MaxBytes)
        {
            return;
        }
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var former))
            {
                Remove(former);
            }
            _entries[key] = _byAge.AddLast(entry);
            _bytes += entry.Bytes;
            while (_entries.Count > maxEntries || _bytes > MaxBytes)
            {
                Remove(_byAge.First!);
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Key);
        _byAge.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private sealed record Entry(LookupKey Key, Result<ForeignRecord> Answer, DateTimeOffset Expires, long Bytes);
}
