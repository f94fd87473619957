using System.Collections.Concurrent;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Resolution;

/// <summary>Finds records: cache, then store, with one load for each key at a time. Thread-safe.</summary>
public sealed class Resolver(IRecordStore store, IRecordCache cache, ResolutionCounters counters)
{
    /// <summary>How long the absence of a record is believed, in milliseconds; registrations here and seen in the log end it at once.</summary>
    public const long NegativeLife = 500;

    private readonly ConcurrentDictionary<LookupKey, Task<CachedRecord>> _loads = new();

    /// <summary>The cached entry of a folded key, or null where it must be loaded. Allocates nothing and counts nothing: who answers from it counts.</summary>
    public CachedRecord? FindCached(ReadOnlySpan<byte> foldedKey)
    {
        var entry = cache.Find(foldedKey);
        return entry is null || (entry.Record is null && Environment.TickCount64 - entry.LoadedAt > NegativeLife) ? null : entry;
    }

    /// <summary>Counts a resolution that was answered from a cached entry.</summary>
    public static void CountHit(CachedRecord entry)
    {
        entry.Counter?.Increment();
        CacheMetrics.Hit();
    }

    /// <summary>The entry of a key, from the cache or the store; counted as a resolution.</summary>
    /// <exception cref="Errors.StoreException">The store does not answer.</exception>
    public ValueTask<CachedRecord> ResolveAsync(LookupKey key, CancellationToken cancellationToken)
    {
        if (FindCached(key.Bytes) is { } cached)
        {
            CountHit(cached);
            return ValueTask.FromResult(cached);
        }
        CacheMetrics.Miss();
        var load = NodeTelemetry.Source.HasListeners() ? TracedLoadAsync(key, cancellationToken) : LoadOnceAsync(key, cancellationToken);
        if (load.IsCompletedSuccessfully)
        {
            load.Result.Counter?.Increment();
            return load;
        }
        return CountedAsync(load);
    }

    private static async ValueTask<CachedRecord> CountedAsync(ValueTask<CachedRecord> load)
    {
        var entry = await load;
        entry.Counter?.Increment();
        return entry;
    }

    private async ValueTask<CachedRecord> TracedLoadAsync(LookupKey key, CancellationToken cancellationToken)
    {
        using var span = NodeTelemetry.Source.StartActivity("cache load");
        return await LoadOnceAsync(key, cancellationToken);
    }

    private ValueTask<CachedRecord> LoadOnceAsync(LookupKey key, CancellationToken cancellationToken)
    {
        // A store that answers at once (SQLite) is done before anyone could wait for it; only loads under way are shared.
        if (_loads.TryGetValue(key, out var running))
        {
            return new ValueTask<CachedRecord>(running.WaitAsync(cancellationToken));
        }
        var found = store.FindAsync(key, CancellationToken.None);
        if (found.IsCompletedSuccessfully)
        {
            return ValueTask.FromResult(Keep(key, found.Result));
        }
        var load = LoadAsync(key, found);
        if (!load.IsCompleted && _loads.TryAdd(key, load))
        {
            _ = load.ContinueWith((_, state) => _loads.TryRemove((LookupKey)state!, out Task<CachedRecord>? _), key, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return new ValueTask<CachedRecord>(load.WaitAsync(cancellationToken));
    }

    private async Task<CachedRecord> LoadAsync(LookupKey key, ValueTask<RecordLookup> found) => Keep(key, await found);

    private CachedRecord Keep(LookupKey key, RecordLookup found)
    {
        var counter = found.Record is { } record ? counters.For(record) : null;
        var entry = new CachedRecord(found.Record?.Key ?? key, found.Record, found.Head, Environment.TickCount64, counter);
        cache.Put(entry);
        return entry;
    }
}
