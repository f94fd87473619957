using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;

namespace IdResolution.Server.Caching;

/// <summary>
/// L1: records in the memory of this process, bounded by bytes. Readers take no lock; a second-chance sweep makes room.
/// An invalidation raises the floor for its stripe of keys. An entry that was loaded below the floor is not kept, so a
/// slow load never brings an old record back.
/// </summary>
internal sealed class MemoryRecordCache : IRecordCache
{
    private const long Dropped = -1;
    private const int Slots = 65_536;

    private readonly ConcurrentDictionary<LookupKey, CachedRecord> _entries = new(new KeyComparer());
    private readonly ConcurrentDictionary<LookupKey, CachedRecord>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;
    private readonly long _maxBytes;
    private readonly InvalidationWatermarks _floors;
    private readonly Lock _sweeping = new();

    // Hashes of keys that were put lately. When memory is scarce, a key is kept only when it comes a second time. A key
    // asked for once would push out another entry, and become garbage that is costly to collect.
    private readonly int[] _lately = new int[Slots];

    // Entries in the order of their insertion. The sweep skips those that were dropped meanwhile.
    private readonly ConcurrentQueue<CachedRecord> _order = new();
    private long _bytes;
    private int _count;

    public MemoryRecordCache(long maxBytes, InvalidationWatermarks? floors = null)
    {
        _maxBytes = maxBytes;
        _floors = floors ?? new InvalidationWatermarks();
        _byBytes = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Estimated size of all entries.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public int Count => Volatile.Read(ref _count);

    private bool IsScarce => Bytes > _maxBytes - (_maxBytes >> 3);

    // A record that changes often leaves its dropped entries in the queue. The sweep removes them before they pile up.
    private bool IsCrowded => _order.Count > (2 * Count) + 1024;

    public CachedRecord? Find(ReadOnlySpan<byte> foldedKey)
    {
        if (!_byBytes.TryGetValue(foldedKey, out var entry) || !entry.Ready)
        {
            return null;
        }
        if (!entry.Used)
        {
            entry.Used = true;
        }
        return entry;
    }

    public void Put(CachedRecord entry)
    {
        if (entry.Head < _floors[entry.Key])
        {
            return;
        }
        if (_entries.TryGetValue(entry.Key, out var old))
        {
            if (old.Head > entry.Head || !_entries.TryUpdate(entry.Key, entry, old))
            {
                return;
            }
            Refund(old);
        }
        else if ((IsScarce && !ComesAgain(entry.Key)) || !_entries.TryAdd(entry.Key, entry))
        {
            return;
        }
        else
        {
            Interlocked.Increment(ref _count);
        }
        Charge(entry, first: true);
        _order.Enqueue(entry);
        // Check the floor again: an invalidation between the first check and the insertion found nothing to drop. A
        // later invalidation finds the entry, so from here on readers may see it.
        if (entry.Head < _floors[entry.Key])
        {
            Remove(entry);
        }
        else
        {
            entry.Ready = true;
        }
        if (Bytes > _maxBytes || IsCrowded)
        {
            Sweep();
        }
    }

    public void Invalidate(LookupKey key, long sequence)
    {
        _floors.Raise(key, sequence);
        if (_entries.TryGetValue(key, out var entry) && entry.Head < sequence)
        {
            Remove(entry);
        }
    }

    public void Clear()
    {
        foreach (var entry in _entries.Values)
        {
            Remove(entry);
        }
        _floors.Clear();
    }

    public long Floor(LookupKey key) => _floors[key];

    public void Grown(CachedRecord entry) => Charge(entry, first: false);

    private bool ComesAgain(LookupKey key)
    {
        var hash = key.GetHashCode();
        ref var slot = ref _lately[hash & (Slots - 1)];
        if (slot == hash)
        {
            return true;
        }
        slot = hash;
        return false;
    }

    private void Remove(CachedRecord entry)
    {
        if (_entries.TryRemove(new KeyValuePair<LookupKey, CachedRecord>(entry.Key, entry)))
        {
            Interlocked.Decrement(ref _count);
            Refund(entry);
        }
    }

    private void Charge(CachedRecord entry, bool first)
    {
        lock (entry)
        {
            // An entry that was dropped is not charged any more, even if it was dropped before its first charge.
            if (entry.Charged > 0 || (first && entry.Charged != Dropped))
            {
                var bytes = entry.Bytes;
                Interlocked.Add(ref _bytes, bytes - entry.Charged);
                entry.Charged = bytes;
            }
        }
    }

    private void Refund(CachedRecord entry)
    {
        lock (entry)
        {
            Interlocked.Add(ref _bytes, -Math.Max(entry.Charged, 0));
            entry.Charged = Dropped;
        }
    }

    private void Sweep()
    {
        if (!_sweeping.TryEnter())
        {
            return;
        }
        try
        {
            // Sweep to a sixteenth below the bound, so that sweeps are rare.
            var target = _maxBytes - (_maxBytes >> 4);
            for (
                var looked = _order.Count * 2;
                (Bytes > target || IsCrowded) && looked > 0 && _order.TryDequeue(out var entry);
                looked--
            )
            {
                if (!_entries.TryGetValue(entry.Key, out var held) || !ReferenceEquals(held, entry))
                {
                    continue;
                }
                if (entry.Used || Bytes <= target)
                {
                    entry.Used = false;
                    _order.Enqueue(entry);
                }
                else
                {
                    Remove(entry);
                }
            }
        }
        finally
        {
            _sweeping.Exit();
        }
    }

    private sealed class KeyComparer
        : IEqualityComparer<LookupKey>,
            IAlternateEqualityComparer<ReadOnlySpan<byte>, LookupKey>
    {
        public bool Equals(LookupKey x, LookupKey y) => x == y;

        public int GetHashCode([DisallowNull] LookupKey obj) => obj.GetHashCode();

        public LookupKey Create(ReadOnlySpan<byte> alternate) => new(alternate.ToArray());

        public bool Equals(ReadOnlySpan<byte> alternate, LookupKey other) => alternate.SequenceEqual(other.Bytes);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => LookupKey.HashOf(alternate);
    }
}
