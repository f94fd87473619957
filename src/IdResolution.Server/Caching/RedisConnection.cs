using IdResolution.Server.Options;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// The connection to Redis, with a bound on the commands that wait for answers. The library by itself gives up commands
/// that are not answered, drops a silent connection and connects again (<see cref="RedisOptions.Parse"/> sets the
/// times). But it sends any number of commands to a frozen server, so the number is bounded here. Thread-safe.
/// </summary>
internal sealed class RedisConnection : IDisposable
{
    /// <summary>The most reads that may wait for their answers. The same bound holds for puts, counted apart.</summary>
    public const int MaxOutstanding = 256;

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly RedisReads[] _gathered;
    private int _reads;
    private int _puts;

    private RedisConnection(ConnectionMultiplexer multiplexer, TimeSpan readTime)
    {
        _multiplexer = multiplexer;
        Database = multiplexer.GetDatabase();
        Subscriber = multiplexer.GetSubscriber();
        // In a cluster, all keys of one command must be in one slot, so each partition gathers its own reads.
        var isCluster = multiplexer.GetServers().Any(server => server.ServerType == ServerType.Cluster);
        _gathered =
        [
            .. Enumerable
                .Range(0, isCluster ? RedisPartition.Count : 1)
                .Select(_ => new RedisReads(Database, readTime)),
        ];
    }

    public IDatabase Database { get; }

    public ISubscriber Subscriber { get; }

    public int Outstanding => Volatile.Read(ref _reads) + Volatile.Read(ref _puts);

    /// <summary>
    /// Connects; if Redis is away, the library goes on trying in the background. <paramref name="lost"/> is called when
    /// an established connection fails.
    /// </summary>
    public static async Task<RedisConnection> OpenAsync(RedisOptions options, Action<Exception> lost)
    {
        var settings = options.Parse();
        RedisTunnel.Use(settings);
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(settings);
        multiplexer.ConnectionFailed += (_, failure) =>
        {
            // A connection that was never made, such as one to a replica that is away, loses no commands.
            if (failure.FailureType != ConnectionFailureType.UnableToConnect)
            {
                lost(failure.Exception ?? new IOException($"{failure.FailureType}"));
            }
        };
        return new RedisConnection(multiplexer, TimeSpan.FromMilliseconds(options.TimeoutMilliseconds));
    }

    /// <summary>Takes a place for one more read, until <see cref="EndRead"/>; false if too many wait.</summary>
    public bool TryBeginRead()
    {
        if (Interlocked.Increment(ref _reads) <= MaxOutstanding)
        {
            return true;
        }
        EndRead();
        return false;
    }

    /// <summary>Reads the value under a key; null if there is none. Throws if no answer comes in time.</summary>
    public ValueTask<byte[]?> ReadAsync(int partition, byte[] key) =>
        _gathered[partition % _gathered.Length].ReadAsync(key);

    /// <summary>Gives back the place that <see cref="TryBeginRead"/> took.</summary>
    public void EndRead() => Interlocked.Decrement(ref _reads);

    /// <summary>Runs the script <see cref="RedisScripts.Put"/>; null if too many puts wait already.</summary>
    public async Task<RedisResult?> TryPutAsync(RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return Interlocked.Increment(ref _puts) <= MaxOutstanding
                ? await EvaluateAsync(RedisScripts.Put, keys, values)
                : null;
        }
        finally
        {
            Interlocked.Decrement(ref _puts);
        }
    }

    public Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, params RedisValue[] values) =>
        Database.ScriptEvaluateAsync(script, keys, values, CommandFlags.DemandMaster);

    public void Dispose()
    {
        // Do not wait for the answers of a frozen server.
        _multiplexer.Close(allowCommandsToComplete: false);
        _multiplexer.Dispose();
    }
}
