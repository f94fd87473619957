using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// A place for a read under way, used again for others. Who waits is answered when Redis answers or when the time is over, whichever comes
/// first; the place is free again once the answer is there, since the library gives none up, and its outcome taken.
/// </summary>
internal sealed class RedisRead : IValueTaskSource<RecordLookup?>
{
    private readonly RedisReads _reads;
    private readonly Action _onAnswer;
    private ManualResetValueTaskSourceCore<RecordLookup?> _outcome;
    private ConfiguredTaskAwaitable<RedisValue>.ConfiguredTaskAwaiter _answer;
    private RedisRecordCache? _cache;
    private LookupKey _key;
    private long _beganAt;
    private int _holders;

    // The number of the read that waits for its outcome, or 0: whoever sets it back gives the outcome.
    private long _waiting;
    private long _number;

    public RedisRead(RedisReads reads) => (_reads, _onAnswer) = (reads, Answered);

    /// <summary>Takes a free place.</summary>
    public bool TryTake() => Volatile.Read(ref _holders) == 0 && Interlocked.CompareExchange(ref _holders, 2, 0) == 0;

    /// <summary>Waits for an answer, in a place that was taken.</summary>
    /// <param name="cache">Told of failures.</param>
    /// <param name="key">The record that was asked for.</param>
    /// <param name="answer">What was asked.</param>
    public ValueTask<RecordLookup?> Await(RedisRecordCache cache, LookupKey key, Task<RedisValue> answer)
    {
        (_cache, _key, _answer) = (cache, key, answer.ConfigureAwait(false).GetAwaiter());
        _outcome.Reset();
        var outcome = new ValueTask<RecordLookup?>(this, _outcome.Version);
        Volatile.Write(ref _beganAt, Environment.TickCount64);
        Volatile.Write(ref _waiting, ++_number);
        if (_answer.IsCompleted)
        {
            Answered();
        }
        else
        {
            _answer.UnsafeOnCompleted(_onAnswer);
        }
        return outcome;
    }

    /// <summary>The time is over for what began before a moment, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public void Expire(long before)
    {
        // In this order: the next read in this place has another number.
        var number = Volatile.Read(ref _waiting);
        if (number != 0 && Volatile.Read(ref _beganAt) <= before && TryEnd(number))
        {
            _cache!.Fail();
            _cache.Metrics.Lookup(SharedCacheResult.Failed);
            _outcome.SetResult(null);
        }
    }

    RecordLookup? IValueTaskSource<RecordLookup?>.GetResult(short token)
    {
        try
        {
            return _outcome.GetResult(token);
        }
        finally
        {
            Release();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<RecordLookup?>.GetStatus(short token) => _outcome.GetStatus(token);

    void IValueTaskSource<RecordLookup?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);

    private bool TryEnd(long number) => Interlocked.CompareExchange(ref _waiting, 0, number) == number;

    private void Answered()
    {
        var (found, result) = Read();
        var isAwaited = TryEnd(_number);
        var cache = _cache!;
        _reads.End();
        Release();
        if (isAwaited)
        {
            if (result == SharedCacheResult.Failed)
            {
                cache.Fail();
            }
            cache.Metrics.Lookup(result);
            _outcome.SetResult(found);
        }
    }

    private void Release() => Interlocked.Decrement(ref _holders);

    private (RecordLookup? Found, SharedCacheResult Result) Read()
    {
        try
        {
            var value = _answer.GetResult();
            if (value.IsNull)
            {
                return (null, SharedCacheResult.Miss);
            }
            return RedisEntry.TryDecode(_key, (byte[])value!, out var found, out var isForeign)
                ? (found, SharedCacheResult.Hit)
                : (null, isForeign ? SharedCacheResult.Foreign : SharedCacheResult.Miss);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            return (null, SharedCacheResult.Foreign);
        }
        catch (Exception)
        {
            // Whatever the library makes of a peer that is gone or no Redis: the store is asked instead.
            return (null, SharedCacheResult.Failed);
        }
    }
}
