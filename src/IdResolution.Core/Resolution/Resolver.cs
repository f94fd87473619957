using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>
/// Finds records: cache, then what nodes share, then store, with one load for each key at a time. A node that cannot
/// follow the log closely enough asks the store before it believes its cache, and answers from the cache only where the
/// store does not answer. What is stored under a prefix that is no longer homed is not here for anyone. Thread-safe.
/// </summary>
public sealed class Resolver(
    IRecordStore store,
    CacheLevels caches,
    ResolutionMetrics metrics,
    LogFollower tail,
    CatalogHolder catalog,
    TimeProvider time
)
{
    /// <summary>
    /// How long the absence of a record is believed; registrations here and seen in the log end it at once.
    /// </summary>
    public static readonly TimeSpan NegativeLife = TimeSpan.FromMilliseconds(500);

    // What a node answers of others' writes is no older than this, or marked.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    // How long a cached record waits for the store to say better.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<LookupKey, InFlightLoad> _loads = new();
    private readonly IRecordCache _cache = caches.Local;
    private readonly ISharedCache _shared = caches.Shared;
    private readonly bool _isShared = caches.Shared is not NoSharedCache;

    /// <summary>
    /// The cached entry of a folded key, or null where it must be loaded. Allocates nothing and counts nothing: who
    /// answers from it counts.
    /// </summary>
    public CachedRecord? FindCached(ReadOnlySpan<byte> foldedKey) => tail.IsLate ? null : Find(foldedKey);

    /// <summary>
    /// True where an entry may lack what others wrote more than a second ago: an answer from it must say so.
    /// </summary>
    public bool MayBeOld(CachedRecord entry) => tail.Age > Bound && AgeOf(entry) > Bound;

    /// <summary>How long ago an entry was read.</summary>
    public TimeSpan AgeOf(CachedRecord entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return time.GetElapsedTime(entry.LoadedAt);
    }

    /// <summary>Counts a resolution that was answered from a cached entry.</summary>
    public void CountHit(CachedRecord entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Counter?.Increment();
        metrics.Hit();
    }

    /// <summary>The entry of a key, from the cache or the store; counted as a resolution.</summary>
    /// <exception cref="Errors.StoreException">The store does not answer.</exception>
    public ValueTask<CachedRecord> ResolveAsync(LookupKey key, CancellationToken cancellationToken)
    {
        if (Find(key.Bytes) is { } cached)
        {
            if (tail.IsLate)
            {
                return AskedAsync(key, cached, cancellationToken);
            }
            CountHit(cached);
            return ValueTask.FromResult(cached);
        }
        metrics.Miss();
        return metrics.HasListeners ? TracedLoadAsync(key, cancellationToken) : LoadOnceAsync(key, cancellationToken);
    }

    private CachedRecord? Find(ReadOnlySpan<byte> foldedKey)
    {
        var entry = _cache.Find(foldedKey);
        return entry is null || (entry.Record is null && AgeOf(entry) > NegativeLife) || !IsHere(entry) ? null : entry;
    }

    // Looked at once for each change of the homed prefixes, so that a hit costs a comparison.
    private bool IsHere(CachedRecord entry)
    {
        var known = catalog.Current;
        if (entry.HomingEpoch == known.HomingEpoch)
        {
            return true;
        }
        if (entry.Record is null || !known.IsHomed(entry.Key))
        {
            return false;
        }
        entry.HomingEpoch = known.HomingEpoch;
        return true;
    }

    private async ValueTask<CachedRecord> AskedAsync(
        LookupKey key,
        CachedRecord cached,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await LoadOnceAsync(key, cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
        }
        catch (Exception e) when (e is StoreException or TimeoutException)
        {
            CountHit(cached);
            return cached;
        }
    }

    private async ValueTask<CachedRecord> TracedLoadAsync(LookupKey key, CancellationToken cancellationToken)
    {
        using var span = metrics.StartLoad();
        return await LoadOnceAsync(key, cancellationToken);
    }

    // Each load counts the resolution of who began it, each joining its own.
    private ValueTask<CachedRecord> LoadOnceAsync(LookupKey key, CancellationToken cancellationToken)
    {
        if (_shared.IsOpen)
        {
            var load = new InFlightLoad();
            var first = _loads.GetOrAdd(key, load);
            return first == load
                ? Until(LoadSharedAsync(key, load), cancellationToken)
                : JoinAsync(key, first, cancellationToken);
        }
        // A store that answers at once (SQLite) is done before anyone could wait for it; only loads under way are
        // shared.
        if (_loads.TryGetValue(key, out var running))
        {
            return JoinAsync(key, running, cancellationToken);
        }
        var found = AskStoreAsync(key);
        if (found.IsCompletedSuccessfully)
        {
            return ValueTask.FromResult(Keep(key, found.Result));
        }
        var own = new InFlightLoad();
        _loads.TryAdd(key, own);
        return Until(EndAsync(key, own, found), cancellationToken);
    }

    // A load goes on for those who joined it, whether or not who began it waits.
    private static ValueTask<CachedRecord> Until(ValueTask<CachedRecord> load, CancellationToken cancellationToken) =>
        load.IsCompleted || !cancellationToken.CanBeCanceled
            ? load
            : new ValueTask<CachedRecord>(load.AsTask().WaitAsync(cancellationToken));

    private async ValueTask<CachedRecord> JoinAsync(
        LookupKey key,
        InFlightLoad running,
        CancellationToken cancellationToken
    )
    {
        // It may have been read before a write that this caller has seen acknowledged.
        var floor = _cache.Floor(key);
        if (running.Join() is { } load)
        {
            var entry = await load.WaitAsync(cancellationToken);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (entry.Head >= floor)
            {
                entry.Counter?.Increment();
                return entry;
            }
        }
        return await LoadOnceAsync(key, cancellationToken);
    }

    // Who began goes on on the thread that the answer came by, others on their own.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CachedRecord> LoadSharedAsync(LookupKey key, InFlightLoad load)
    {
        try
        {
            // A node never serves what it knows to be superseded, whatever others still hold.
            if (await _shared.FindAsync(key, CancellationToken.None) is { } kept && kept.Head >= _cache.Floor(key))
            {
                return End(key, load, kept);
            }
            var startedAt = Environment.TickCount64;
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var found = await AskStoreAsync(key);
            _shared.Put(key, found, startedAt);
            return End(key, load, found);
        }
        catch (Exception e)
        {
            Fail(key, load, e);
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CachedRecord> EndAsync(LookupKey key, InFlightLoad load, ValueTask<RecordLookup> found)
    {
        try
        {
            return End(key, load, await found);
        }
        catch (Exception e)
        {
            Fail(key, load, e);
            throw;
        }
    }

    private CachedRecord End(LookupKey key, InFlightLoad load, RecordLookup found)
    {
        var entry = Keep(key, found);
        Remove(key, load);
        load.Succeed(entry);
        return entry;
    }

    // Whatever it is, it is for those who wait too.
    private void Fail(LookupKey key, InFlightLoad load, Exception reason)
    {
        Remove(key, load);
        load.Fail(reason);
    }

    // A replica must hold what this node knows to have changed, and what had changed before it started and could know.
    private ValueTask<RecordLookup> AskStoreAsync(LookupKey key) =>
        store.ResolveAsync(key, Math.Max(_cache.Floor(key), tail.Began), CancellationToken.None);

    private void Remove(LookupKey key, InFlightLoad load) =>
        _loads.TryRemove(new KeyValuePair<LookupKey, InFlightLoad>(key, load));

    private CachedRecord Keep(LookupKey key, RecordLookup found)
    {
        var known = catalog.Current;
        var record = found.Record is { } stored && known.IsHomed(stored.Key) ? stored : null;
        var counter = record is null ? null : metrics.For(record);
        if (_isShared && found.Record is { } seen)
        {
            // Nobody here goes back to an older version that others may still share.
            _cache.Invalidate(key, seen.Sequence);
        }
        var entry = new CachedRecord(record?.Key ?? key, record, found.Head, time.GetTimestamp(), counter)
        {
            HomingEpoch = known.HomingEpoch,
        };
        counter?.Increment();
        _cache.Put(entry);
        return entry;
    }
}
