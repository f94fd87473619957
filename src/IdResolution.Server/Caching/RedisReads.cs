using System.Threading.Tasks.Sources;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// Gathers reads into few commands. A read is sent at once unless two commands wait for answers; the reads that come
/// meanwhile go together in one <c>MGET</c>. Each command costs a <c>send</c>, a timer and a task, which is most of the
/// cost of a read. In a cluster, all keys must be in one slot. Thread-safe.
/// </summary>
internal sealed class RedisReads(IDatabase database, TimeSpan patience)
{
    // Few, so that the large values of some reads do not delay the others for long.
    private const int MaxKeys = 32;

    // While one command is answered, the next is on its way.
    private const int MaxCommands = 2;

    // Callers that one thread continues, one after the other.
    private const int Share = 8;

    private readonly Lock _lock = new();
    private readonly Queue<Read> _waiting = new();
    private int _commands;

    /// <summary>Reads the value under a key; null if there is none or it is not a string.</summary>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="RedisException">Redis refused, or is away.</exception>
    public ValueTask<byte[]?> ReadAsync(byte[] key)
    {
        var read = new Read(key);
        lock (_lock)
        {
            if (_commands == MaxCommands)
            {
                _waiting.Enqueue(read);
                return read.Value;
            }
            _commands++;
        }
        // A command starts the next one, so it must not carry the context of the request that began it.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _ = SendAsync([read]);
        }
        return read.Value;
    }

    private async Task SendAsync(Read[] reads)
    {
        var answers = new Answers(reads);
        try
        {
            var keys = Array.ConvertAll(reads, read => (RedisKey)read.Key);
            var values = await database
                .StringGetAsync(keys, CommandFlags.DemandMaster)
                .WaitAsync(patience)
                .ConfigureAwait(false);
            // The library takes an array of any length, and none. A read without a value would never end.
            answers.Values =
                values?.Length == reads.Length
                    ? values
                    : throw new InvalidDataException("Redis answered with another number of values.");
        }
        catch (Exception e)
        {
            answers.Failure = e;
            // All waiting reads fail now, instead of each one timing out in turn.
            FailWaiting(e);
        }
        if (Next() is { } next)
        {
            _ = SendAsync(next);
        }
        answers.GiveOut();
    }

    private Read[]? Next()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _commands--;
                return null;
            }
            var next = new Read[Math.Min(_waiting.Count, MaxKeys)];
            for (var i = 0; i < next.Length; i++)
            {
                next[i] = _waiting.Dequeue();
            }
            return next;
        }
    }

    private void FailWaiting(Exception failure)
    {
        Read[] waiting;
        lock (_lock)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
        }
        new Answers(waiting) { Failure = failure }.GiveOut();
    }

    private sealed class Answers(Read[] reads) : IThreadPoolWorkItem
    {
        private int _given;

        public RedisValue[]? Values { get; set; }

        public Exception? Failure { get; set; }

        // The callers continue in this call. Many callers are spread over several threads.
        public void GiveOut()
        {
            for (var others = (reads.Length - 1) / Share; others > 0; others--)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
            Execute();
        }

        public void Execute()
        {
            for (
                var end = Interlocked.Add(ref _given, Share);
                end - Share < reads.Length;
                end = Interlocked.Add(ref _given, Share)
            )
            {
                for (var i = end - Share; i < Math.Min(end, reads.Length); i++)
                {
                    if (Failure is { } failure)
                    {
                        reads[i].Fail(failure);
                    }
                    else
                    {
                        reads[i].Succeed(Values![i]);
                    }
                }
            }
        }
    }

    private sealed class Read(byte[] key) : IValueTaskSource<byte[]?>
    {
        private ManualResetValueTaskSourceCore<byte[]?> _core;

        public byte[] Key { get; } = key;

        public ValueTask<byte[]?> Value => new(this, _core.Version);

        public void Succeed(byte[]? value) => _core.SetResult(value);

        public void Fail(Exception failure) => _core.SetException(failure);

        byte[]? IValueTaskSource<byte[]?>.GetResult(short token) => _core.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<byte[]?>.GetStatus(short token) => _core.GetStatus(token);

        void IValueTaskSource<byte[]?>.OnCompleted(
            Action<object?> continuation,
            object? state,
            short token,
            ValueTaskSourceOnCompletedFlags flags
        ) => _core.OnCompleted(continuation, state, token, flags);
    }
}
