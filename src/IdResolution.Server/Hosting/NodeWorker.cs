using System.Collections.Concurrent;
using IdResolution.Core.Errors;
using IdResolution.Server.Caching;

namespace IdResolution.Server.Hosting;

/// <summary>The node's background work: the tail of the log every 250 ms, counting it every 2 s, flushing what is gathered every 10 s and at the end.</summary>
internal sealed partial class NodeWorker(Node node, ILogger<NodeWorker> logger) : BackgroundService
{
    private static readonly TimeSpan TailEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(10);
    // What the flush at the end may take.
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarnEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FailureEvery = TimeSpan.FromSeconds(1);

    // Work that fails, and when that was last told.
    private readonly ConcurrentDictionary<string, long> _warnedAt = [];

    // Touched by the writer alone.
    private long _failures;
    private long _failureLogged;

    // Touched by the counting loop alone.
    private bool _counts;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // The host's own time may be used up by callers who do not go.
        using var time = new CancellationTokenSource(LastFlush);
        try
        {
            await node.FlushAsync(last: true, time.Token);
        }
        catch (Exception e) when (e is StoreException or IOException or OperationCanceledException)
        {
            LastFlushFailed(logger, e);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        node.Store.OnFailed(NoteFailure);
        foreach (var warning in node.Store.Warnings)
        {
            StoreWarning(logger, warning);
        }
        return Task.WhenAll(
            RepeatAsync("count", CountEvery, () => CountAsync(stoppingToken), stoppingToken),
            node.Redis is { } redis
                ? Task.WhenAll(TailAsync(redis.Messages, stoppingToken), redis.RunAsync(logger, stoppingToken))
                : RepeatAsync("tail", TailEvery, () => node.Tail.CatchUpAsync(stoppingToken), stoppingToken),
            RepeatAsync("flush", FlushEvery, () => node.FlushAsync(last: false, stoppingToken), stoppingToken));
    }

    /// <summary>A full disk fails every write: one line a second says so, with how many there were.</summary>
    private void NoteFailure(Exception cause)
    {
        _failures++;
        if (node.Time.GetElapsedTime(_failureLogged) >= FailureEvery)
        {
            WriteFailed(logger, _failures, cause);
            (_failures, _failureLogged) = (0, node.Time.GetTimestamp());
        }
    }

    private async Task CountAsync(CancellationToken stoppingToken)
    {
        await node.LogCounter.CatchUpAsync(node.Tail.Head, stoppingToken);
        if (node.StatisticsLease.IsHeld != _counts)
        {
            _counts = node.StatisticsLease.IsHeld;
            LeaseMoved(logger, Core.Statistics.LogCounter.LeaseName, _counts ? "taken: this node counts the log" : "left");
        }
    }

    /// <summary>The tail where other nodes can wake it early.</summary>
    private async Task TailAsync(RedisMessages messages, CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await messages.WaitAsync(TailEvery, stoppingToken);
                await GuardAsync("tail", () => node.Tail.CatchUpAsync(stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private async Task RepeatAsync(string work, TimeSpan every, Func<Task> action, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await GuardAsync(work, action);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private async Task GuardAsync(string work, Func<Task> action)
    {
        try
        {
            await action();
            _warnedAt.TryRemove(work, out _);
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            // The store is away or full: tried again with the next tick; told at once, then every so often.
            if (!_warnedAt.TryGetValue(work, out var warnedAt) || node.Time.GetElapsedTime(warnedAt) >= WarnEvery)
            {
                _warnedAt[work] = node.Time.GetTimestamp();
                WorkFailed(logger, work, e);
            }
        }
    }

    [LoggerMessage(EventId = 1, EventName = "WorkFailed", Level = LogLevel.Warning, Message = "Background work {Work} failed; it is tried again.")]
    private static partial void WorkFailed(ILogger logger, string work, Exception cause);

    [LoggerMessage(EventId = 8, EventName = "LastFlushFailed", Level = LogLevel.Warning, Message = "What was counted in the last seconds could not be written before the end; it is lost.")]
    private static partial void LastFlushFailed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 6, EventName = "LeaseMoved", Level = LogLevel.Information, Message = "Lease {Lease} {What}.")]
    private static partial void LeaseMoved(ILogger logger, string lease, string what);

    [LoggerMessage(EventId = 7, EventName = "StoreWarning", Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void StoreWarning(ILogger logger, string warning);

    [LoggerMessage(EventId = 2, EventName = "WriteFailed", Level = LogLevel.Error, Message = "{Count} groups of writes failed since the last such line; their callers were told, nothing of them is stored.")]
    private static partial void WriteFailed(ILogger logger, long count, Exception cause);
}
