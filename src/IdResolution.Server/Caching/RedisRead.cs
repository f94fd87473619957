using System.Runtime.CompilerServices;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// A read under way. Who waits is answered when Redis answers or when the time is over, whichever comes first; the read itself is over only
/// with the answer, since the library gives none up.
/// </summary>
internal sealed class RedisRead(RedisRecordCache cache, LookupKey key) : TaskCompletionSource<RecordLookup?>
{
    private ConfiguredTaskAwaitable<RedisValue>.ConfiguredTaskAwaiter _answer;
    private Action? _end;

    /// <summary>When it began, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long BeganAt { get; } = Environment.TickCount64;

    /// <summary>Waits for an answer.</summary>
    /// <param name="answer">What was asked.</param>
    /// <param name="end">Called when it is there, late or not.</param>
    public void Await(Task<RedisValue> answer, Action end)
    {
        (_answer, _end) = (answer.ConfigureAwait(false).GetAwaiter(), end);
        if (_answer.IsCompleted)
        {
            Answered();
        }
        else
        {
            _answer.UnsafeOnCompleted(Answered);
        }
    }

    /// <summary>The time is over.</summary>
    public void Expire()
    {
        if (TrySetResult(null))
        {
            SharedCacheMetrics.Lookup(SharedCacheResult.Failed);
            cache.Fail();
        }
    }

    private void Answered()
    {
        _end!();
        var (found, result) = Read();
        if (TrySetResult(found))
        {
            SharedCacheMetrics.Lookup(result);
            if (result == SharedCacheResult.Failed)
            {
                cache.Fail();
            }
        }
    }

    private (RecordLookup? Found, SharedCacheResult Result) Read()
    {
        try
        {
            var value = _answer.GetResult();
            if (value.IsNull)
            {
                return (null, SharedCacheResult.Miss);
            }
            return RedisEntry.TryDecode(key, (byte[])value!, out var found, out var isForeign)
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
