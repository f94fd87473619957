using System.Collections.Concurrent;
using System.IO.Pipelines;
using IdResolution.Server.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// The connections of the Handle protocol: how many there are, how much unfinished messages and answers not taken hold,
/// and which are idle for too long or too slow, which are ended. Thread-safe.
/// </summary>
internal sealed class HandleConnections(IOptionsMonitor<LimitOptions> limits, TimeProvider time) : BackgroundService
{
    /// <summary>
    /// How long a message may take to come whole, an answer to be taken, and a new connection to send its first
    /// message.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    // A message of any size below this is always waited for.
    private const long AlwaysHeld = 4_096;

    // What may lie in a connection's pipe already when a flush has to wait.
    private const long PipeBytes = 64 * 1024;

    private readonly ConcurrentDictionary<Connection, byte> _open = new();
    private long _held;

    /// <summary>
    /// What messages that are not whole yet, and answers that their clients do not take, may hold in all.
    /// </summary>
    public long MaxHeld { get; set; } = 256L << 20;

    /// <summary>Connections open.</summary>
    public int Count => _open.Count;

    /// <summary>Takes a connection in; null where there are too many.</summary>
    public Connection? TryOpen(ConnectionContext context)
    {
        if (_open.Count >= limits.CurrentValue.HandleConnections)
        {
            return null;
        }
        var connection = new Connection(this, context);
        _open.TryAdd(connection, 0);
        return connection;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var idle = TimeSpan.FromSeconds(limits.CurrentValue.HandleIdleSeconds);
                foreach (var (connection, _) in _open)
                {
                    connection.EndIfLate(idle);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>One connection, as its reader tells of it.</summary>
    internal sealed class Connection(HandleConnections all, ConnectionContext context) : IDisposable
    {
        private long _since = all.Now;
        private long _heldBytes;
        private long _behind;
        private volatile bool _isBusy = true;

        /// <summary>True once it had to end for what it holds.</summary>
        public bool HeldTooMuch { get; private set; }

        /// <summary>Nothing is under way: the next message may take as long as connections may be idle.</summary>
        public void Rest()
        {
            Hold(0);
            Volatile.Write(ref _since, all.Now);
            _isBusy = false;
        }

        /// <summary>A whole message has come, and is being answered.</summary>
        /// <param name="behind">Bytes that have come behind it.</param>
        public void Progress(long behind)
        {
            _behind = behind;
            Progress();
        }

        /// <summary>An answer, or part of it, was taken.</summary>
        public void Progress()
        {
            Hold(0);
            Volatile.Write(ref _since, all.Now);
            _isBusy = true;
        }

        /// <summary>
        /// Flushes what was written. What the client does not take at once is held while it waits; the connection ends
        /// where that is too much.
        /// </summary>
        public ValueTask<FlushResult> FlushAsync(PipeWriter output, CancellationToken cancellationToken = default)
        {
            var bytes = output.UnflushedBytes;
            var flush = output.FlushAsync(cancellationToken);
            return flush.IsCompleted ? flush : WaitAsync(flush, bytes + PipeBytes + _behind);
        }

        /// <summary>A message has begun to come; false where unfinished messages hold too much already.</summary>
        public bool TryHold(long bytes)
        {
            if (!_isBusy)
            {
                Volatile.Write(ref _since, all.Now);
                _isBusy = true;
            }
            HeldTooMuch = Hold(bytes) > all.MaxHeld && bytes > AlwaysHeld;
            return !HeldTooMuch;
        }

        /// <summary>Ends the connection where it is idle or unfinished for too long.</summary>
        public void EndIfLate(TimeSpan idle)
        {
            var limit = _isBusy && Patience < idle ? Patience : idle;
            if (all.Elapsed(Volatile.Read(ref _since)) > limit)
            {
                context.Abort(
                    new ConnectionAbortedException(
                        _isBusy ? "A message or its answer takes too long." : "The connection is idle."
                    )
                );
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            Hold(0);
            all._open.TryRemove(this, out _);
        }

        private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush, long bytes)
        {
            if (Hold(bytes) > all.MaxHeld)
            {
                HeldTooMuch = true;
                // Which ends the flush too.
                context.Abort(new ConnectionAbortedException("Answers that are not taken hold too much memory."));
            }
            var flushed = await flush;
            Hold(0);
            return flushed;
        }

        private long Hold(long bytes)
        {
            var added = bytes - _heldBytes;
            _heldBytes = bytes;
            return added == 0 ? Volatile.Read(ref all._held) : Interlocked.Add(ref all._held, added);
        }
    }

    private long Now => time.GetTimestamp();

    private TimeSpan Elapsed(long since) => time.GetElapsedTime(since);
}
