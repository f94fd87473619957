using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>
/// Answers for as long as their values allow. Bounded by count and bytes: beyond, what has expired goes, then what is
/// oldest.
/// </summary>
internal sealed class WalkCache(WalkSettings settings, TimeProvider time)
{
    /// <summary>What an answer weighs beside its data.</summary>
    private const int EntryWeight = 256;

    private const int ValueWeight = 160;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byAge = new();
    private long _weight;

    public WalkResult? Find(WalkQuestion question)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(question.Key, out var node))
            {
                return null;
            }
            if (node.Value.Expires > time.GetUtcNow())
            {
                return node.Value.Result;
            }
            Remove(node);
            return null;
        }
    }

    public void Keep(WalkQuestion question, WalkResult result)
    {
        var now = time.GetUtcNow();
        var life = Life(result, now);
        var entry = new Entry(question.Key, result, now + life, Weight(question, result));
        if (life <= TimeSpan.Zero || settings.MaxCachedAnswers == 0 || entry.Weight > settings.MaxCachedBytes)
        {
            return;
        }
        lock (_lock)
        {
            if (_entries.TryGetValue(entry.Key, out var former))
            {
                Remove(former);
            }
            _entries[entry.Key] = _byAge.AddLast(entry);
            _weight += entry.Weight;
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

    private bool IsOverfull => _entries.Count > settings.MaxCachedAnswers || _weight > settings.MaxCachedBytes;

    private TimeSpan Life(WalkResult result, DateTimeOffset now)
    {
        if (result.Code is ResponseCode.HandleNotFound or ResponseCode.ValuesNotFound)
        {
            return settings.NegativeTtl;
        }
        if (!result.IsSuccess)
        {
            return TimeSpan.Zero;
        }
        var life = settings.MaxTtl;
        foreach (var value in result.Values)
        {
            var own =
                value.TtlType == 0
                    ? TimeSpan.FromSeconds(value.Ttl)
                    : DateTimeOffset.FromUnixTimeSeconds((uint)value.Ttl) - now;
            life = own < life ? own : life;
        }
        return life;
    }

    private static long Weight(WalkQuestion question, WalkResult result) =>
        EntryWeight
        + question.Key.Length * 2
        + result.Values.Sum(value =>
            ValueWeight
            + value.Data.Length
            + value.Type.Length * 2L
            + value.References.Sum(reference => 64 + reference.Handle.Length * 2L)
        );

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
        _weight -= node.Value.Weight;
    }

    private sealed record Entry(string Key, WalkResult Result, DateTimeOffset Expires, long Weight);
}
