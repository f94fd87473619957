using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Server.Options;
using Polly;
using Polly.Retry;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// Applies the log to Redis, as one more reader of the log: reads the cursors, writes a marker for each changed record,
/// and moves the cursors by compare-and-set. Every node does this; doing it twice does no harm. This class alone
/// decides which partitions are believed, and alone asks Redis again after a failure.
/// </summary>
internal sealed partial class RedisLogReader(
    RedisRecordCache cache,
    RedisOptions options,
    IChangeLog log,
    LogFollower tail,
    TimeProvider time
)
{
    /// <summary>Log entries. A partition that is further behind begins anew in an empty namespace.</summary>
    public const int MaxBehind = 20_000;

    private const int Page = 2_000;

    // Much longer than the time in which a put is accepted (RedisRecordCache.PutWindow), even if the clocks of two
    // servers differ in a failover.
    private const long MarkerMilliseconds = 60_000;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    // After so long without a failure, Redis counts as healthy, and the pauses begin at the shortest again.
    private static readonly TimeSpan Well = TimeSpan.FromSeconds(2);

    private readonly ResiliencePipeline _pauses = Pauses(time);
    private readonly HeadHistory _heads = new(time);
    private readonly Cursor[] _cursors = [.. cache.Partitions.Select(p => new Cursor(p))];
    private Task<RedisConnection>? _connecting;
    private bool? _told;
    private string _reason = "not connected yet";
    private long _comparedAt = long.MinValue;

    /// <summary>Log entries still to apply to the partition that is furthest behind, as of the last look.</summary>
    public long Lag { get; private set; }

    public SharedCacheStatus Status =>
        cache.Partitions.All(p => p.FreshnessLease.Current is not null)
            ? default
            : new(true, Volatile.Read(ref _reason));

    /// <summary>The pauses before Redis is asked again after failures: 250 ms at first, doubling up to 2 s.</summary>
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

    /// <summary>
    /// Hears, before the node takes its first write, how far others have seen the log. Without an answer of Redis in
    /// its time the node starts all the same.
    /// </summary>
    public async Task HearAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectAsync(cancellationToken);
            tail.Guard.Hear(LogPoint.Parse(await connection.Database.StringGetAsync(cache.HeadKey)));
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The library throws many types of exceptions. The first look tells why Redis is not used.
        }
    }

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
    /// Looks at Redis at an interval until it fails. If it failed soon, this throws, so that the next pause is longer.
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
            // The library throws many types of exceptions for a peer that is gone, slow or not Redis.
            Volatile.Write(ref _reason, ReasonOf(e));
            cache.Fail(e);
            Tell(logger);
            if (time.GetElapsedTime(began) < Well)
            {
                throw;
            }
        }
    }

    /// <summary>Reads the cursors, applies the log and decides what is believed.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        _heads.Note(tail.Head);
        var connection = await ConnectAsync(cancellationToken);
        var reason = "Redis is behind the log";
        try
        {
            await CompareHeadsAsync(connection);
            if (tail.Guard.IsRestored)
            {
                // What Redis holds is of the store before.
                Volatile.Write(ref _reason, "the store came back from a backup");
                cache.Forget();
                return;
            }
            await ReadCursorsAsync(connection);
            await CatchUpAsync(connection, cancellationToken);
            cache.Messages.Listen(connection);
        }
        catch (StoreException)
        {
            // Redis answers, so partitions that are far enough are still believed.
            reason = "the log cannot be read";
        }
        if (cache.TakeFailure() is { } failure)
        {
            // Reads and puts have less time than a look has. If Redis were believed again at once, they would fail
            // again.
            throw failure;
        }
        Believe(reason);
    }

    /// <summary>
    /// Tells the other nodes, once a second, how far this node has seen the log, and hears how far they have: a store
    /// that lacks that entry came back from a backup.
    /// </summary>
    private async Task CompareHeadsAsync(RedisConnection connection)
    {
        if (
            tail.Guard.Known is { } known
            && (_comparedAt == long.MinValue || time.GetElapsedTime(_comparedAt) >= HeadHistory.Window)
        )
        {
            var furthest = await connection.EvaluateAsync(
                RedisScripts.OfferHead,
                [cache.HeadKey],
                known.Log,
                known.Sequence,
                known.ToString()
            );
            tail.Guard.Hear(LogPoint.Parse((string?)furthest));
            _comparedAt = time.GetTimestamp();
        }
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

    /// <summary>The failure in a few words, on one line and without secrets.</summary>
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
        // Connecting may take longer than a look. Each look must end soon, since it notes the log head.
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

    /// <summary>The head of the log, at least as new as every correct cursor.</summary>
    private async ValueTask<long> HeadAsync(CancellationToken cancellationToken)
    {
        var head = tail.Head;
        // A cursor past our head: another node is ahead.
        return Array.Exists(_cursors, c => c.Value?.Sequence > head) ? await log.HeadAsync(cancellationToken) : head;
    }

    /// <summary>Gives a new namespace to partitions whose cursor is lost, wrong or too far behind.</summary>
    private async Task BeginAnewAsync(RedisConnection connection, long head)
    {
        var lost = Array.FindAll(
            _cursors,
            c =>
                c.Value is not { } cursor
                || cursor.Log < tail.Log
                || (cursor.Log == tail.Log && (cursor.Sequence > head || head - cursor.Sequence > MaxBehind))
        );
        Array.ForEach(lost, c => c.Drop());
        await MoveAsync(connection, lost, _ => RedisCursor.New(tail.Log, head));
        // Another node has seen the next log begin. This node will see it at the next look of its tail.
        Array.ForEach(_cursors, c => c.DropIfAfter(tail.Log));
    }

    private async Task MarkAsync(RedisConnection connection, IReadOnlyList<ChangedKey> changes)
    {
        // In chunks, so that no more markers than reads wait for a server that stops answering.
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

    /// <summary>Moves cursors. One that another node moved meanwhile is left alone until the next look.</summary>
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
        if (tail.Guard.IsRestored || Array.Exists(_cursors, c => c.Value is { } cursor && cursor.Log != tail.Log))
        {
            // The log began anew during this look.
            cache.Forget();
            return;
        }
        // If the next look comes late, the belief lapses by itself, and the first of these reasons is shown.
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

    /// <summary>What this node knows of a partition's cursor.</summary>
    private sealed class Cursor(RedisPartition partition)
    {
        private long _askedAt;
        private long _askedTick;
        private long _serverClock;

        public RedisKey[] Key { get; } = [partition.CursorKey];

        /// <summary>The bytes that Redis held; empty if it held none.</summary>
        public byte[] Held { get; private set; } = [];

        public RedisCursor? Value { get; private set; }

        /// <summary>True if another node moved the cursor after this node had read it.</summary>
        public bool IsContested { get; set; }

        public bool IsBelieved => partition.FreshnessLease.Current is not null;

        public void Read(byte[]? held, long askedAt, long tick, long serverTime)
        {
            (Held, Value, IsContested) = (held ?? [], RedisCursor.TryDecode(held), false);
            (_askedAt, _askedTick, _serverClock) = (askedAt, tick, serverTime - tick);
        }

        /// <summary>Treats the cursor as lost.</summary>
        public void Drop() => Value = null;

        /// <summary>Does not use the cursor if it is of a log that begins later.</summary>
        public void DropIfAfter(long log)
        {
            if (Value?.Log > log)
            {
                (Value, IsContested) = (null, true);
            }
        }

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
