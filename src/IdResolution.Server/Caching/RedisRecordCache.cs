using System.Runtime.CompilerServices;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Options;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// L2 in Redis. Reads are gathered (<see cref="RedisReads"/>); puts are compare-and-set by sequence number. Whether it
/// is asked at all is decided by <see cref="RedisLogReader"/>, which applies the log to it and alone asks again after a
/// failure. Polly's circuit breaker is not used for reads: it opens after two failures at the earliest, where
/// <see cref="FreshnessLease"/>, which is looked at anyhow, ends with the first, and costs 0.2 µs and 24 bytes.
/// Thread-safe.
/// </summary>
internal sealed class RedisRecordCache : ISharedCache, IDisposable
{
    /// <summary>
    /// From the start of a load, the time within which Redis takes it. Markers live much longer than that.
    /// </summary>
    private static readonly TimeSpan PutWindow = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AbsentLife = TimeSpan.FromSeconds(5);

    private readonly RedisPartition[] _partitions;
    private readonly TimeSpan _life;
    private RedisConnection? _connection;
    private Exception? _failure;
    private bool _isOpen;

    /// <summary>Composes the cache; nothing is connected before <see cref="RunAsync"/>.</summary>
    public RedisRecordCache(
        RedisOptions options,
        IChangeLog log,
        LogFollower tail,
        TimeProvider time,
        NodeTelemetry? telemetry = null
    )
    {
        Metrics = new SharedCacheMetrics(telemetry ?? NodeTelemetry.None);
        _partitions =
        [
            .. Enumerable
                .Range(0, RedisPartition.Count)
                .Select(number => new RedisPartition(options.Namespace, number, time)),
        ];
        _life = TimeSpan.FromSeconds(options.EntrySeconds);
        Messages = new RedisMessages(options.Namespace, tail);
        Reader = new RedisLogReader(this, options, log, tail, time);
    }

    /// <summary>Counts what is asked of it.</summary>
    public SharedCacheMetrics Metrics { get; }

    /// <summary>Applies the log.</summary>
    public RedisLogReader Reader { get; }

    /// <summary>Wakes the other nodes, and is woken by them.</summary>
    public RedisMessages Messages { get; }

    public IReadOnlyList<RedisPartition> Partitions => _partitions;

    /// <summary>The connection, once there is one.</summary>
    public RedisConnection? Connection
    {
        get => Volatile.Read(ref _connection);
        set => Volatile.Write(ref _connection, value);
    }

    /// <summary>True while some partition is believed, as of the last look.</summary>
    public bool IsOpen
    {
        get => Volatile.Read(ref _isOpen);
        set => Volatile.Write(ref _isOpen, value);
    }

    public SharedCacheStatus Status => Reader.Status;

    /// <summary>Connects and works in the background until cancelled.</summary>
    public Task RunAsync(ILogger logger, CancellationToken stoppingToken) =>
        Task.WhenAll(Reader.RunAsync(logger, stoppingToken), Messages.RunAsync(this, stoppingToken));

    /// <summary>
    /// A command failed: Redis is not asked again before the reader has seen it answer, and its cursors.
    /// </summary>
    public void Fail(Exception why)
    {
        Volatile.Write(ref _failure, why);
        IsOpen = false;
        foreach (var partition in _partitions)
        {
            partition.FreshnessLease.Forget();
        }
    }

    /// <summary>What failed since this was asked last, or null.</summary>
    public Exception? TakeFailure() => Interlocked.Exchange(ref _failure, null);

    public ValueTask<RecordLookup?> FindAsync(LookupKey key, CancellationToken cancellationToken)
    {
        var number = RedisPartition.NumberOf(key);
        var partition = _partitions[number];
        if (Connection is { } connection && partition.FreshnessLease.Current is { } seen && connection.TryBeginRead())
        {
            return ReadAsync(connection, key, number, partition.KeyOf(seen.Generation, key));
        }
        Metrics.Lookup(SharedCacheResult.Passed);
        return default;
    }

    public void Put(LookupKey key, RecordLookup found, long startedAt)
    {
        var partition = _partitions[RedisPartition.NumberOf(key)];
        if (
            Connection is not { } connection
            || partition.FreshnessLease.Current is not { } seen
            || found.Head < seen.Least
            || Environment.TickCount64 - startedAt >= PutWindow.TotalMilliseconds
        )
        {
            Metrics.Put(SharedCacheResult.Passed);
            return;
        }
        var until = startedAt + seen.ServerClock + (long)PutWindow.TotalMilliseconds;
        // What was loaded at once does not end at once.
        var life = found.Record is null ? AbsentLife : _life * (1 - (Random.Shared.NextDouble() / 8));
        _ = PutAsync(
            connection,
            [partition.KeyOf(seen.Generation, key)],
            [RedisEntry.Number(found.Head), RedisEntry.Encode(key, found), (long)life.TotalMilliseconds, until]
        );
    }

    /// <summary>Where a record is kept now; for who looks at Redis beside the cache.</summary>
    /// <exception cref="InvalidOperationException">Nothing is believed.</exception>
    public RedisKey KeyOf(LookupKey key)
    {
        var partition = _partitions[RedisPartition.NumberOf(key)];
        return partition.KeyOf(
            (partition.FreshnessLease.Current ?? throw new InvalidOperationException("Redis is not used.")).Generation,
            key
        );
    }

    public void Dispose()
    {
        Connection?.Dispose();
        Messages.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<RecordLookup?> ReadAsync(
        RedisConnection connection,
        LookupKey key,
        int partition,
        byte[] at
    )
    {
        RecordLookup? found = null;
        var result = SharedCacheResult.Miss;
        try
        {
            var value = await connection.ReadAsync(partition, at).ConfigureAwait(false);
            var isForeign = false;
            if (value is not null && RedisEntry.TryDecode(key, value, out var kept, out isForeign))
            {
                (found, result) = (kept, SharedCacheResult.Hit);
            }
            else if (isForeign)
            {
                result = SharedCacheResult.Foreign;
            }
        }
        catch (Exception e)
        {
            // Whatever the library makes of a peer that is gone, slow or no Redis: the store is asked instead.
            result = SharedCacheResult.Failed;
            Fail(e);
        }
        connection.EndRead();
        Metrics.Lookup(result);
        return found;
    }

    private async Task PutAsync(RedisConnection connection, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            var answer = await connection.TryPutAsync(keys, values);
            Metrics.Put(ResultOf(answer));
        }
        catch (RedisServerException)
        {
            // Such as a full memory: the reader meets the same with its markers.
            Metrics.Put(SharedCacheResult.Failed);
        }
        catch (Exception e)
        {
            Metrics.Put(SharedCacheResult.Failed);
            Fail(e);
        }
    }

    /// <summary>What became of a put, by the script's answer; null where it was not asked.</summary>
    private static SharedCacheResult ResultOf(RedisResult? answer)
    {
        if (answer is null)
        {
            return SharedCacheResult.Passed;
        }
        return (long)answer == 1 ? SharedCacheResult.Kept : SharedCacheResult.Refused;
    }
}
