using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>
/// Finds records in the cache, then in the shared cache, then in the store. Each key has one load at a time. A node
/// that is late with the log asks the store before it uses its cache; it answers from the cache only if the store does
/// not answer. Records under a prefix that is not homed are never found. Thread-safe.
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
    /// How long a cached absence is used. A registration that this node makes or sees in the log ends it at once.
    /// </summary>
    public static readonly TimeSpan NegativeLife = TimeSpan.FromMilliseconds(500);

    // An answer may lack writes of other nodes up to this age. An older answer is marked.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    // How long a cached record is held back while the store is asked.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<LookupKey, InFlightLoad> _loads = new();
    private readonly IRecordCache _cache = caches.Local;
    private readonly ISharedCache _shared = caches.Shared;
    private readonly bool _isShared = caches.Shared is not NoSharedCache;

    /// <summary>
    /// The cached entry of a folded key, or null if it must be loaded. Allocates and counts nothing. A caller that
    /// answers from the entry calls <see cref="CountHit"/>.
    /// </summary>
    public CachedRecord? FindCached(ReadOnlySpan<byte> foldedKey) => tail.IsLate ? null : Find(foldedKey);

    /// <summary>
    /// True if an entry may lack writes that are older than a second: of other nodes, or since the backup that the
    /// store came back from. An answer from it must say so.
    /// </summary>
    public bool MayBeOld(CachedRecord entry) => tail.IsRestored || (tail.Age > Bound && AgeOf(entry) > Bound);

    /// <summary>The time since an entry was read from a store or the shared cache.</summary>
    public TimeSpan AgeOf(CachedRecord entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return time.GetElapsedTime(entry.LoadedAt);
    }

    /// <summary>Counts a resolution that was answered from a cached entry, in statistics and metrics.</summary>
    public void CountHit(CachedRecord entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Counter?.Increment();
        metrics.Hit();
    }

    /// <summary>Has the cache count what an entry keeps of partners, once it keeps more.</summary>
    internal void CountKept(CachedRecord entry)
    {
        if (entry.Charged > 0 && entry.Charged != entry.Bytes)
        {
            _cache.Grown(entry);
        }
    }

    /// <summary>Gets the entry of a key from the cache or the store, and counts the resolution.</summary>
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

    // The epoch is kept in the entry, so that a hit costs one comparison until the homed prefixes change.
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

    // Each load counts the resolution of the caller that began it. Each join counts its own.
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
        // A store that answers at once (SQLite) is done before anyone could wait. Only loads still under way are
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

    // A load continues for those who joined it, even if the caller that began it gives up.
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
        // The load may have begun before a write that this caller has seen acknowledged.
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

    // The caller that began continues on the thread of the answer, the others on their own threads.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CachedRecord> LoadSharedAsync(LookupKey key, InFlightLoad load)
    {
        try
        {
            // A node never serves a record that it knows to be superseded, even if the shared cache still holds it.
            if (await _shared.FindAsync(key, CancellationToken.None) is { } kept && kept.Head >= _cache.Floor(key))
            {
                return End(key, load, kept);
            }
            var startedAt = Environment.TickCount64;
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var found = await AskStoreAsync(key);
            if (!tail.IsSettling)
            {
                _shared.Put(key, found, startedAt);
            }
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

    // Every exception also goes to those who joined.
    private void Fail(LookupKey key, InFlightLoad load, Exception reason)
    {
        Remove(key, load);
        load.Fail(reason);
    }

    // A replica must hold the changes that this node knows of, and those from before the node started.
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
            // From now on this node takes no older version, which the shared cache may still hold.
            _cache.Invalidate(key, seen.Sequence);
        }
        var entry = new CachedRecord(record?.Key ?? key, record, found.Head, time.GetTimestamp(), counter)
        {
            HomingEpoch = known.HomingEpoch,
        };
        counter?.Increment();
        if (!tail.IsSettling)
        {
            _cache.Put(entry);
        }
        return entry;
    }
}
