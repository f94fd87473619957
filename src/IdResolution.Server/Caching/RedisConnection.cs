using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
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
    private readonly RedisReads _reads;
    private int _puts;

    private RedisConnection(ConnectionMultiplexer multiplexer, TimeSpan readTime)
    {
        _multiplexer = multiplexer;
        _reads = new RedisReads(MaxOutstanding, readTime);
        Database = multiplexer.GetDatabase();
        Subscriber = multiplexer.GetSubscriber();
    }

    public IDatabase Database { get; }

    public ISubscriber Subscriber { get; }

    public int Outstanding => _reads.Count + Volatile.Read(ref _puts);

    /// <summary>Connects, or goes on trying in the background.</summary>
    /// <param name="options">The connection's settings.</param>
    /// <param name="readTime">The longest that anybody waits for a read.</param>
    /// <param name="lost">Told the reason when a connection is lost or cannot be made.</param>
    public static async Task<RedisConnection> OpenAsync(ConfigurationOptions options, TimeSpan readTime, Action<string> lost)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        // Left to itself this version of the library lets one thread go on with all that answers are waited for by, one after the other. Later versions
        // never do, and take the property away: hence by its name.
        typeof(ConnectionMultiplexer).GetProperty("PreserveAsyncOrder")?.SetValue(multiplexer, false);
        multiplexer.ConnectionFailed += (_, failure) => lost(failure.FailureType.ToString());
        return new RedisConnection(multiplexer, readTime);
    }

    /// <summary>Reads what is kept for a record; false where too many wait already.</summary>
    public bool TryRead(RedisRecordCache cache, LookupKey record, byte[] key, out ValueTask<RecordLookup?> found)
    {
        found = default;
        if (_reads.TryBegin() is not { } read)
        {
            return false;
        }
        found = read.Await(cache, record, Database.StringGetAsync(key, CommandFlags.DemandMaster));
        return true;
    }

    /// <summary>Runs the script that puts; null where too many wait already.</summary>
    public async Task<RedisResult?> TryPutAsync(RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return Interlocked.Increment(ref _puts) <= MaxOutstanding ? await EvaluateAsync(RedisScripts.Put, keys, values) : null;
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
        _reads.Dispose();
        _multiplexer.Close(allowCommandsToComplete: false);
        _multiplexer.Dispose();
    }
}
