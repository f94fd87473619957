using IdResolution.Server.Options;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// The multiplexer with what is outstanding on it. It gives up commands that are not answered, drops a connection that
/// has fallen silent and makes it anew, by itself (<see cref="RedisOptions.Parse"/> says when). The numbers
/// are bounded here, since it sends all that it is given to a server that is frozen. Thread-safe.
/// </summary>
internal sealed class RedisConnection : IDisposable
{
    /// <summary>Greatest number of reads, and of puts, that wait for their answers.</summary>
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
        // A command of several keys goes to one slot, and so to one partition, of a cluster.
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

    /// <summary>Connects, or goes on trying in the background.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="lost">Told when a connection is lost.</param>
    public static async Task<RedisConnection> OpenAsync(RedisOptions options, Action<Exception> lost)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options.Parse());
        multiplexer.ConnectionFailed += (_, failure) =>
        {
            // What was never connected, such as a replica that is away and tried again, takes nothing with it.
            if (failure.FailureType != ConnectionFailureType.UnableToConnect)
            {
                lost(failure.Exception ?? new IOException($"{failure.FailureType}"));
            }
        };
        return new RedisConnection(multiplexer, TimeSpan.FromMilliseconds(options.TimeoutMilliseconds));
    }

    /// <summary>Whether one more read may wait; who may calls <see cref="ReadAsync"/>.</summary>
    public bool TryBeginRead()
    {
        if (Interlocked.Increment(ref _reads) <= MaxOutstanding)
        {
            return true;
        }
        EndRead();
        return false;
    }

    /// <summary>Reads what is kept under a key of a partition within the time for reads.</summary>
    public ValueTask<byte[]?> ReadAsync(int partition, byte[] key) =>
        _gathered[partition % _gathered.Length].ReadAsync(key);

    /// <summary>Nobody waits for the read any more.</summary>
    public void EndRead() => Interlocked.Decrement(ref _reads);

    /// <summary>Runs the script that puts; null where too many wait already.</summary>
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
        // What a frozen server still owes is not waited for.
        _multiplexer.Close(allowCommandsToComplete: false);
        _multiplexer.Dispose();
    }
}
