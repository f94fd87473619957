using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Server.Options;
using Polly;
using Polly.Retry;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// Redis as one more reader of the log: reads the cursors, marks what changed, moves the cursors by compare-and-set.
/// Every node does; who does what another did already does no harm. Alone decides what is believed, and asks again
/// after failures.
/// </summary>
internal sealed partial class RedisLogReader(
    RedisRecordCache cache,
    RedisOptions options,
    IChangeLog log,
    LogFollower tail,
    TimeProvider time
)
{
    /// <summary>Farther behind than this, a partition begins anew under other keys.</summary>
    public const int MaxBehind = 20_000;

    private const int Page = 2_000;

    // Much longer than a put is taken for (RedisRecordCache.PutWindow), whatever the clocks of a failover's servers
    // say.
    private const long MarkerMilliseconds = 60_000;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    // Used for so long without a failure, Redis is well again, and pauses begin anew.
    private static readonly TimeSpan Well = TimeSpan.FromSeconds(2);

    private readonly ResiliencePipeline _pauses = Pauses(time);
    private readonly HeadHistory _heads = new(time);
    private readonly Cursor[] _cursors = [.. cache.Partitions.Select(p => new Cursor(p))];
    private Task<RedisConnection>? _connecting;
    private bool? _told;
    private string _reason = "not connected yet";

    /// <summary>
    /// Entries of the log still to be applied to the partition that is farthest behind, as of the last look.
    /// </summary>
    public long Lag { get; private set; }

    public SharedCacheStatus Status =>
        cache.Partitions.All(p => p.FreshnessLease.Current is not null)
            ? default
            : new(true, Volatile.Read(ref _reason));

    /// <summary>
    /// After a failure Redis is asked again after a quarter of a second, and then ever more seldom, up to every two
    /// seconds.
    /// </summary>
    public static ResiliencePipeline Pauses(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<Exception>(),
                    MaxRetryAttempts = int.MaxValue,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromMilliseconds(250),
                    MaxDelay = TimeSpan.FromSeconds(2),
                }
            )
            .Build();

    public async Task RunAsync(ILogger logger, CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _pauses.ExecuteAsync(async cancel => await UseAsync(logger, cancel), stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>
    /// Looks every so often until Redis fails; throws where it failed soon, so that the pauses go on.
    /// </summary>
    private async Task UseAsync(ILogger logger, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        cache.TakeFailure();
        try
        {
            for (; ; await Task.Delay(Every, cancellationToken))
            {
                await LookAsync(cancellationToken);
                Tell(logger);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever the library makes of a peer that is gone, slow or no Redis.
            Volatile.Write(ref _reason, ReasonOf(e));
            cache.Fail(e);
            Tell(logger);
            if (time.GetElapsedTime(began) < Well)
            {
                throw;
            }
        }
    }

    /// <summary>Looks once, and does what there is to do.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        _heads.Note(tail.Head);
        var connection = await ConnectAsync(cancellationToken);
        var reason = "Redis is behind the log";
        try
        {
            await ReadCursorsAsync(connection);
            await CatchUpAsync(connection, cancellationToken);
            cache.Messages.Listen(connection);
        }
        catch (StoreException)
        {
            // Redis answers; what is far enough is believed all the same.
            reason = "the log cannot be read";
        }
        if (cache.TakeFailure() is { } failure)
        {
            // Others met it, who have less time than a look: what is believed again at once would fail them again.
            throw failure;
        }
        Believe(reason);
    }

    private void Tell(ILogger logger)
    {
        var status = Status;
        if (status.IsDegraded == _told)
        {
            return;
        }
        _told = status.IsDegraded;
        if (status.IsDegraded)
        {
            Unused(logger, status.Reason);
        }
        else
        {
            Used(logger);
        }
    }

    /// <summary>In a few words without secrets; what servers and library say is of one line.</summary>
    private static string ReasonOf(Exception e) =>
        e switch
        {
            TimeoutException or OperationCanceledException => "Redis does not answer in time",
            RedisServerException server => $"Redis refuses: {server.Message[..Math.Min(server.Message.Length, 200)]}",
            RedisConnectionException connection => $"no connection to Redis ({connection.FailureType})",
            _ => $"Redis fails ({e.GetType().Name})",
        };

    private async Task<RedisConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (cache.Connection is { } connection)
        {
            return connection;
        }
        // Looks go on while it connects: what the node knew a second ago is noted by them.
        _connecting ??= RedisConnection.OpenAsync(options, cache.Fail);
        await ((Task)_connecting)
            .WaitAsync(options.Patience, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_connecting.IsCompleted)
        {
            throw new TimeoutException();
        }
        var connected = _connecting;
        _connecting = null;
        return cache.Connection = await connected;
    }

    private async Task ReadCursorsAsync(RedisConnection connection)
    {
        var (askedAt, tick) = (time.GetTimestamp(), Environment.TickCount64);
        var answers = await Task.WhenAll(
            _cursors.Select(c => connection.EvaluateAsync(RedisScripts.ReadCursor, c.Key))
        );
        for (var i = 0; i < answers.Length; i++)
        {
            var parts = (RedisValue[])answers[i]!;
            _cursors[i].Read((byte[]?)parts[0], askedAt, tick, ((long)parts[1] * 1000) + ((long)parts[2] / 1000));
        }
    }

    private async Task CatchUpAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(cancellationToken);
        await BeginAnewAsync(connection, head);
        while (true)
        {
            var known = Array.FindAll(_cursors, c => c.Value is not null && !c.IsContested);
            var from = known.Length == 0 ? head : known.Min(c => c.Value!.Value.Sequence);
            Lag = Math.Max(head - from, 0);
            if (Lag == 0)
            {
                return;
            }
            var changes = await log.ReadKeysAsync(from, Page, cancellationToken);
            if (changes.Count == 0)
            {
                return;
            }
            await MarkAsync(connection, changes);
            var reached = changes[^1].Sequence;
            var behind = Array.FindAll(known, c => c.Value!.Value.Sequence < reached);
            await MoveAsync(connection, behind, c => c with { Sequence = reached });
        }
    }

    /// <summary>Where the log ends, no older than any cursor that is right.</summary>
    private async ValueTask<long> HeadAsync(CancellationToken cancellationToken)
    {
        var head = tail.Head;
        // Another node is ahead; or the database was restored, and what Redis holds never was.
        return Array.Exists(_cursors, c => c.Value?.Sequence > head) ? await log.HeadAsync(cancellationToken) : head;
    }

    /// <summary>Gives partitions other keys whose cursor is lost, wrong or too far behind.</summary>
    private async Task BeginAnewAsync(RedisConnection connection, long head)
    {
        var lost = Array.FindAll(
            _cursors,
            c => c.Value is not { } cursor || cursor.Sequence > head || head - cursor.Sequence > MaxBehind
        );
        Array.ForEach(lost, c => c.Drop());
        await MoveAsync(connection, lost, _ => RedisCursor.New(head));
    }

    private async Task MarkAsync(RedisConnection connection, IReadOnlyList<ChangedKey> changes)
    {
        // As many at once as reads may be outstanding, so that a server that stops answering is owed no more by them.
        foreach (var some in changes.Where(c => c.IsRecord).Chunk(RedisConnection.MaxOutstanding))
        {
            var marks = new List<Task<RedisResult>>(some.Length);
            foreach (var change in some)
            {
                var number = RedisPartition.NumberOf(change.Key);
                if (_cursors[number].Value is { } cursor && cursor.Sequence < change.Sequence)
                {
                    marks.Add(
                        connection.EvaluateAsync(
                            RedisScripts.Put,
                            [cache.Partitions[number].KeyOf(cursor.Generation, change.Key)],
                            RedisEntry.Number(change.Sequence),
                            RedisEntry.EncodeMarker(change.Sequence),
                            MarkerMilliseconds,
                            0
                        )
                    );
                }
            }
            await Task.WhenAll(marks);
        }
    }

    /// <summary>Moves cursors; one that another node moved meanwhile is left to it until the next look.</summary>
    private async Task MoveAsync(RedisConnection connection, Cursor[] cursors, Func<RedisCursor, RedisCursor> move)
    {
        if (cursors.Length == 0)
        {
            return;
        }
        var askedAt = (time.GetTimestamp(), Environment.TickCount64);
        var moved = Array.ConvertAll(cursors, c => move(c.Value ?? default));
        var answers = await Task.WhenAll(
            cursors.Select(
                (c, i) => connection.EvaluateAsync(RedisScripts.MoveCursor, c.Key, c.Held, moved[i].Encode())
            )
        );
        for (var i = 0; i < cursors.Length; i++)
        {
            if ((long)answers[i] == 1)
            {
                cursors[i].Moved(moved[i], askedAt);
            }
            else
            {
                cursors[i].IsContested = true;
            }
        }
    }

    private void Believe(string reason)
    {
        _heads.Note(tail.Head);
        var needed = _heads.SecondAgo;
        foreach (var cursor in _cursors)
        {
            cursor.Believe(needed);
        }
        // What is believed now lapses by itself where the next look comes late.
        var isWhole = Array.TrueForAll(_cursors, c => c.IsBelieved);
        Volatile.Write(ref _reason, isWhole ? "no look at Redis was done within the last second" : reason);
        cache.IsOpen = Array.Exists(_cursors, c => c.IsBelieved);
    }

    [LoggerMessage(
        EventId = 50,
        EventName = "SharedCacheUsed",
        Level = LogLevel.Information,
        Message = "Redis is used."
    )]
    private static partial void Used(ILogger logger);

    [LoggerMessage(
        EventId = 51,
        EventName = "SharedCacheUnused",
        Level = LogLevel.Warning,
        Message = "Redis is not used for now: {Reason}. The store is asked instead."
    )]
    private static partial void Unused(ILogger logger, string? reason);

    /// <summary>What is known of a partition's cursor.</summary>
    private sealed class Cursor(RedisPartition partition)
    {
        private long _askedAt;
        private long _askedTick;
        private long _serverClock;

        public RedisKey[] Key { get; } = [partition.CursorKey];

        /// <summary>What Redis held, empty for nothing.</summary>
        public byte[] Held { get; private set; } = [];

        public RedisCursor? Value { get; private set; }

        /// <summary>Another node moved it since it was read.</summary>
        public bool IsContested { get; set; }

        public bool IsBelieved => partition.FreshnessLease.Current is not null;

        public void Read(byte[]? held, long askedAt, long tick, long serverTime)
        {
            (Held, Value, IsContested) = (held ?? [], RedisCursor.TryDecode(held), false);
            (_askedAt, _askedTick, _serverClock) = (askedAt, tick, serverTime - tick);
        }

        /// <summary>What is held is of no use.</summary>
        public void Drop() => Value = null;

        public void Moved(RedisCursor moved, (long At, long Tick) asked)
        {
            (Held, Value) = (moved.Encode(), moved);
            (_askedAt, _askedTick) = asked;
        }

        public void Believe(long needed)
        {
            if (Value is { } cursor)
            {
                partition.FreshnessLease.See(cursor, needed, _askedAt, _askedTick, _askedTick + _serverClock);
            }
            else
            {
                partition.FreshnessLease.Forget();
            }
        }
    }
}
