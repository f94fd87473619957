using System.Collections.Concurrent;
using System.IO.Pipelines;
using IdResolution.Core.Access;
using IdResolution.Server.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// The TCP connections of the Handle protocol. It limits, in all and for each network, their number and the memory of
/// unfinished messages and unsent answers, and ends connections that are idle or too slow. Thread-safe.
/// </summary>
internal sealed class HandleConnections(IOptionsMonitor<LimitOptions> limits, TimeProvider time) : BackgroundService
{
    /// <summary>
    /// The longest time for a message to arrive, for an answer to be taken, and for the first message of a connection.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    // A message that holds no more bytes than this is always waited for.
    private const long AlwaysHeld = 4_096;

    // The most bytes that a connection's pipe may already hold when a flush has to wait.
    private const long PipeBytes = 64 * 1024;

    private readonly ConcurrentDictionary<Connection, byte> _open = new();
    private readonly SourceShares _shares = new(
        () => limits.CurrentValue.HandleConnections,
        () => limits.CurrentValue.ConnectionsPerSource
    );
    private readonly ConcurrentDictionary<NetworkSource, long> _heldEach = new();
    private long _held;

    /// <summary>The most bytes that unfinished messages and unsent answers may hold, over all connections.</summary>
    public long MaxHeld { get; set; } = 256L << 20;

    /// <summary>The most of them that the connections of one network may hold.</summary>
    public long MaxHeldEach { get; set; } = 32L << 20;

    public int Count => _open.Count;

    /// <summary>Registers a new connection. Null if there are too many, in all or of its network.</summary>
    public Connection? TryOpen(ConnectionContext context, NetworkSource source)
    {
        if (!_shares.TryTake(source))
        {
            return null;
        }
        var connection = new Connection(this, context, source);
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

    /// <summary>The state of one connection. Its reader reports each change.</summary>
    internal sealed class Connection(HandleConnections all, ConnectionContext context, NetworkSource source)
        : IDisposable
    {
        private long _since = all.Now;
        private long _heldBytes;
        private long _behind;
        private volatile bool _isBusy = true;

        /// <summary>True if the connection had to end because it held too many bytes.</summary>
        public bool HeldTooMuch { get; private set; }

        /// <summary>Reports that nothing is in progress. The idle limit applies until the next message.</summary>
        public void Rest()
        {
            TryHoldBytes(0);
            Volatile.Write(ref _since, all.Now);
            _isBusy = false;
        }

        /// <summary>Reports that a whole message has arrived and is being answered.</summary>
        /// <param name="behind">The bytes received after that message.</param>
        public void Progress(long behind)
        {
            _behind = behind;
            Progress();
        }

        /// <summary>Reports that the client has taken an answer or a part of one.</summary>
        public void Progress()
        {
            TryHoldBytes(0);
            Volatile.Write(ref _since, all.Now);
            _isBusy = true;
        }

        /// <summary>
        /// Flushes the output. Bytes that the client does not take at once are held; too many end the connection.
        /// </summary>
        public ValueTask<FlushResult> FlushAsync(PipeWriter output, CancellationToken cancellationToken = default)
        {
            var bytes = output.UnflushedBytes;
            var flush = output.FlushAsync(cancellationToken);
            return flush.IsCompleted ? flush : WaitAsync(flush, bytes + PipeBytes + _behind);
        }

        /// <summary>Reports an unfinished message. False if unfinished messages already hold too much.</summary>
        public bool TryHold(long bytes)
        {
            if (!_isBusy)
            {
                Volatile.Write(ref _since, all.Now);
                _isBusy = true;
            }
            HeldTooMuch = !TryHoldBytes(bytes) && bytes > AlwaysHeld;
            return !HeldTooMuch;
        }

        /// <summary>Ends the connection if it is idle, or a message or answer in progress, for too long.</summary>
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
            TryHoldBytes(0);
            if (all._open.TryRemove(this, out _))
            {
                all._shares.Return(source);
            }
        }

        private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush, long bytes)
        {
            if (!TryHoldBytes(bytes))
            {
                HeldTooMuch = true;
                // This also ends the flush.
                context.Abort(new ConnectionAbortedException("Answers that are not taken hold too much memory."));
            }
            var flushed = await flush;
            TryHoldBytes(0);
            return flushed;
        }

        /// <summary>Notes how much the connection holds. False if all, or its network, hold too much.</summary>
        private bool TryHoldBytes(long bytes)
        {
            var added = bytes - _heldBytes;
            if (added == 0)
            {
                return true;
            }
            _heldBytes = bytes;
            var inAll = Interlocked.Add(ref all._held, added);
            var ofSource = all._heldEach.AddOrUpdate(source, added, (_, held) => held + added);
            if (ofSource == 0)
            {
                all._heldEach.TryRemove(new KeyValuePair<NetworkSource, long>(source, 0));
            }
            return inAll <= all.MaxHeld && ofSource <= all.MaxHeldEach;
        }
    }

    private long Now => time.GetTimestamp();

    private TimeSpan Elapsed(long since) => time.GetElapsedTime(since);
}
