using System.Diagnostics.CodeAnalysis;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// Answers for as long as they may be believed. Bounded by count and bytes: beyond, what has expired goes, then what is
/// oldest. Thread-safe.
/// </summary>
/// <param name="maxEntries">Answers kept; 0 keeps none.</param>
/// <param name="maxBytes">Bytes of the answers kept.</param>
/// <param name="time">The clock.</param>
public sealed class AnswerCache<TKey, TAnswer>(int maxEntries, long maxBytes, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = new();
    private long _bytes;

    /// <summary>What is known; false where that is nothing, or nothing any longer.</summary>
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

    /// <summary>Keeps an answer until a time.</summary>
    /// <param name="key">What was asked.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="expires">Until when; a time that is over keeps nothing.</param>
    /// <param name="bytes">What the answer weighs, about; too heavy a one is not kept.</param>
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
