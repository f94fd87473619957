using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// One multiplexer with what is outstanding on it. The library never gives up a command that a frozen server does not answer, so that the
/// number of those must be bounded here. Thread-safe.
/// </summary>
internal sealed class RedisConnection : IDisposable
{
    /// <summary>Greatest number of reads, and of puts, that wait for their answers.</summary>
    public const int MaxOutstanding = 256;

    private readonly ConnectionMultiplexer _multiplexer;
    private int _reads;
    private int _puts;

    private RedisConnection(ConnectionMultiplexer multiplexer)
    {
        _multiplexer = multiplexer;
        Database = multiplexer.GetDatabase();
        Subscriber = multiplexer.GetSubscriber();
    }

    public IDatabase Database { get; }

    public ISubscriber Subscriber { get; }

    public int Outstanding => Volatile.Read(ref _reads) + Volatile.Read(ref _puts);

    /// <summary>Connects, or goes on trying in the background.</summary>
    /// <param name="options">The connection's settings.</param>
    /// <param name="lost">Told the reason when a connection is lost or cannot be made.</param>
    public static async Task<RedisConnection> OpenAsync(ConfigurationOptions options, Action<string> lost)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        multiplexer.ConnectionFailed += (_, failure) => lost(failure.FailureType.ToString());
        return new RedisConnection(multiplexer);
    }

    /// <summary>Reads a value; null where too many wait already.</summary>
    public Task<RedisValue>? TryGet(byte[] key) =>
        Begin(ref _reads) ? End(Database.StringGetAsync(key, CommandFlags.DemandMaster), static c => Interlocked.Decrement(ref c._reads)) : null;

    /// <summary>Runs the script that puts; null where too many wait already.</summary>
    public Task<RedisResult>? TryPut(RedisKey[] keys, RedisValue[] values) =>
        Begin(ref _puts) ? End(EvaluateAsync(RedisScripts.Put, keys, values), static c => Interlocked.Decrement(ref c._puts)) : null;

    public Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, params RedisValue[] values) =>
        Database.ScriptEvaluateAsync(script, keys, values, CommandFlags.DemandMaster);

    public void Dispose()
    {
        // What a frozen server still owes is not waited for.
        _multiplexer.Close(allowCommandsToComplete: false);
        _multiplexer.Dispose();
    }

    private static bool Begin(ref int outstanding)
    {
        if (Interlocked.Increment(ref outstanding) <= MaxOutstanding)
        {
            return true;
        }
        Interlocked.Decrement(ref outstanding);
        return false;
    }

    private Task<T> End<T>(Task<T> command, Action<RedisConnection> end)
    {
        _ = command.ContinueWith(
            static (done, state) =>
            {
                _ = done.Exception;
                var (connection, end) = ((RedisConnection, Action<RedisConnection>))state!;
                end(connection);
            },
            (this, end),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return command;
    }
}
