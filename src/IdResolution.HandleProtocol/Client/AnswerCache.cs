using System.Diagnostics.CodeAnalysis;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// Keeps answers until they expire. Count and bytes are bounded: if there are too many, expired answers are removed
/// first, then the oldest. Thread-safe.
/// </summary>
/// <param name="maxEntries">The most answers kept; 0 keeps none.</param>
/// <param name="maxBytes">The most bytes of all answers kept, as their weights claim.</param>
/// <param name="time">The clock that decides what has expired.</param>
public sealed class AnswerCache<TKey, TAnswer>(int maxEntries, long maxBytes, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = new();
    private long _bytes;

    /// <summary>Finds an answer; false if there is none, or it has expired.</summary>
    public bool TryFind(TKey key, [MaybeNullWhen(false)] out TAnswer answer)
    {
        answer = default;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var node))
            {
                return false;
            }
            if (node.Value.Expires <= time.GetUtcNow())
            {
                Remove(node);
                return false;
            }
            answer = node.Value.Answer;
            return true;
        }
    }

    /// <summary>Keeps an answer until a time, in place of an earlier one with the same key.</summary>
    /// <param name="key">The question that was answered.</param>
    /// <param name="answer">The answer to keep.</param>
    /// <param name="expires">When the answer expires. Nothing is kept if this time is past.</param>
    /// <param name="bytes">The approximate size of the answer. An answer larger than the cache is not kept.</param>
    public void Keep(TKey key, TAnswer answer, DateTimeOffset expires, long bytes)
    {
        var now = time.GetUtcNow();
        if (expires <= now || maxEntries == 0 || bytes > maxBytes)
        {
            return;
        }
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var former))
            {
                Remove(former);
            }
            _entries[key] = _byAge.AddLast(new Entry(key, answer, expires, bytes));
            _bytes += bytes;
            if (IsOverfull)
            {
                RemoveExpired(now);
            }
            while (IsOverfull)
            {
                Remove(_byAge.First!);
            }
        }
    }

    private bool IsOverfull => _entries.Count > maxEntries || _bytes > maxBytes;

    private void RemoveExpired(DateTimeOffset now)
    {
        for (var node = _byAge.First; node is not null; )
        {
            var next = node.Next;
            if (node.Value.Expires <= now)
            {
                Remove(node);
            }
            node = next;
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Key);
        _byAge.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private sealed record Entry(TKey Key, TAnswer Answer, DateTimeOffset Expires, long Bytes);
}
