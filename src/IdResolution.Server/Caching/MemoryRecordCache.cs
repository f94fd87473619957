using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;

namespace IdResolution.Server.Caching;

/// <summary>
/// L1: records in process, bounded by bytes. Readers take no lock; a second-chance sweep makes room. Invalidations
/// raise a floor for their stripe of keys, and what was loaded from below it is not kept, so that a slow load never
/// brings an old record back.
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

    // Keys that were not found lately, by hash. Where room is scarce only a key that comes again is kept: one asked for
    // once would push out another, and become garbage of the costly kind.
    private readonly int[] _lately = new int[Slots];

    // Entries in the order of their coming, for the sweep; those dropped meanwhile are passed over.
    private readonly ConcurrentQueue<CachedRecord> _order = new();
    private long _bytes;
    private int _count;

    public MemoryRecordCache(long maxBytes, InvalidationWatermarks? floors = null)
    {
        _maxBytes = maxBytes;
        _floors = floors ?? new InvalidationWatermarks();
        _byBytes = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Estimated bytes held.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Entries held.</summary>
    public int Count => Volatile.Read(ref _count);

    private bool IsScarce => Bytes > _maxBytes - (_maxBytes >> 3);

    // Records that change often leave their dropped entries in the order: it is swept before they pile up.
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
        // An invalidation between the first look and the insertion found nothing to drop: its floor tells. One that
        // comes after this look finds the entry. Only now may readers see it.
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
            // One that was dropped, be it before its first charge, is charged no more.
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
            // Down to a sixteenth below the bound, so that sweeps are rare.
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
