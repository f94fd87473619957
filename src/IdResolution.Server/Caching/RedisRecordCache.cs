using System.Runtime.CompilerServices;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Options;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// L2: records in Redis. <see cref="RedisReads"/> gathers the reads; puts are compare-and-set by sequence number.
/// <see cref="RedisLogReader"/> applies the log, decides if Redis may be asked, and alone asks again after a failure.
/// Reads do not use Polly's circuit breaker: it costs 0.2 µs and 24 bytes, and opens after two failures at the
/// earliest. <see cref="FreshnessLease"/>, which each read checks anyway, ends with the first failure. Thread-safe.
/// </summary>
internal sealed class RedisRecordCache : ISharedCache, IDisposable
{
    /// <summary>Redis accepts a put for this long after the start of its load. Markers live much longer.</summary>
    private static readonly TimeSpan PutWindow = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AbsentLife = TimeSpan.FromSeconds(5);

    private readonly RedisPartition[] _partitions;
    private readonly TimeSpan _life;
    private RedisConnection? _connection;
    private Exception? _failure;
    private bool _isOpen;

    /// <summary>Makes the cache; nothing is connected before <see cref="RunAsync"/>.</summary>
    public RedisRecordCache(
        RedisOptions options,
        IChangeLog log,
        LogFollower tail,
        NodeSecrets secrets,
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
        HeadKey = RedisHead.KeyOf(options, secrets.Fingerprint);
    }

    public SharedCacheMetrics Metrics { get; }

    /// <summary>The Redis key with the furthest entry of the log that any node has seen.</summary>
    public RedisKey HeadKey { get; }

    public RedisLogReader Reader { get; }

    /// <summary>Wakes the other nodes after a commit of this node, and is woken by theirs.</summary>
    public RedisMessages Messages { get; }

    public IReadOnlyList<RedisPartition> Partitions => _partitions;

    /// <summary>Null until the first connection is made.</summary>
    public RedisConnection? Connection
    {
        get => Volatile.Read(ref _connection);
        set => Volatile.Write(ref _connection, value);
    }

    /// <summary>True if at least one partition was believed at the last look.</summary>
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
    /// Notes that a command failed. Redis is not asked again until the log reader has seen it answer and has read its
    /// cursors.
    /// </summary>
    public void Fail(Exception why)
    {
        Volatile.Write(ref _failure, why);
        Forget();
    }

    /// <summary>
    /// Stops believing Redis until the log reader has looked again, such as when the log begins anew.
    /// </summary>
    public void Forget()
    {
        IsOpen = false;
        foreach (var partition in _partitions)
        {
            partition.FreshnessLease.Forget();
        }
    }

    /// <summary>The failure since the last call, or null.</summary>
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
        // Lives differ by up to an eighth, so that records loaded together do not expire together.
        var life = found.Record is null ? AbsentLife : _life * (1 - (Random.Shared.NextDouble() / 8));
        _ = PutAsync(
            connection,
            [partition.KeyOf(seen.Generation, key)],
            [RedisEntry.Number(found.Head), RedisEntry.Encode(key, found), (long)life.TotalMilliseconds, until]
        );
    }

    /// <summary>The Redis key of a record in the current namespace, for those who look into Redis directly.</summary>
    /// <exception cref="InvalidOperationException">The key's partition is not believed.</exception>
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
            // The library throws many types of exceptions for a peer that is gone, slow or not Redis. The store is
            // asked instead.
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
            // For example, Redis is out of memory. The log reader meets the same error with its markers.
            Metrics.Put(SharedCacheResult.Failed);
        }
        catch (Exception e)
        {
            Metrics.Put(SharedCacheResult.Failed);
            Fail(e);
        }
    }

    /// <summary>The result of a put by the script's answer, which is null if the script was not run.</summary>
    private static SharedCacheResult ResultOf(RedisResult? answer)
    {
        if (answer is null)
        {
            return SharedCacheResult.Passed;
        }
        return (long)answer == 1 ? SharedCacheResult.Kept : SharedCacheResult.Refused;
    }
}
