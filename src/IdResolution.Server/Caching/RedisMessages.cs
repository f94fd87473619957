using System.Globalization;
using IdResolution.Core.Coherence;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// Tells the other nodes of commits, so that they read the log at once. If a message is lost, they are a quarter of a
/// second later, since they also read the log at an interval. Thread-safe.
/// </summary>
internal sealed class RedisMessages(string name, LogFollower tail) : IDisposable
{
    // Commits during the pause share the next message.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly RedisChannel _channel = RedisChannel.Literal($"{name}:wake");
    private readonly SemaphoreSlim _committed = new(0, 1);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private ISubscriber? _subscribed;
    private long _head;

    /// <summary>Announces that this node has committed up to a sequence number. Does not wait.</summary>
    public void Announce(long head)
    {
        Volatile.Write(ref _head, head);
        Signal(_committed);
    }

    /// <summary>Waits until another node announces a commit that this node has not read, or the time is over.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) =>
        _wake.WaitAsync(time, cancellationToken);

    /// <summary>Sends the announcements, one message at a time, until cancelled.</summary>
    public async Task RunAsync(RedisRecordCache cache, CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _committed.WaitAsync(stoppingToken);
                if (cache.Connection is { } connection)
                {
                    try
                    {
                        await connection
                            .Subscriber.PublishAsync(_channel, Volatile.Read(ref _head))
                            .WaitAsync(stoppingToken);
                    }
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        // The message is lost. Other code finds out if Redis still answers.
                    }
                }
                await Task.Delay(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>
    /// Subscribes on a connection, unless it has done so before. The library renews the subscription by itself.
    /// </summary>
    public void Listen(RedisConnection connection)
    {
        if (_subscribed == connection.Subscriber)
        {
            return;
        }
        _subscribed = connection.Subscriber;
        _ = connection
            .Subscriber.SubscribeAsync(_channel, Heard)
            .ContinueWith(
                static done => _ = done.Exception,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
    }

    /// <summary>Call this last: after the connection is disposed and all commits are done.</summary>
    public void Dispose()
    {
        _committed.Dispose();
        _wake.Dispose();
    }

    private static void Signal(SemaphoreSlim semaphore)
    {
        // One waiting signal is enough. Losing the race to release is fine: the other thread has signalled.
        if (semaphore.CurrentCount == 0)
        {
            try
            {
                semaphore.Release();
            }
            catch (SemaphoreFullException) { }
        }
    }

    private void Heard(RedisChannel channel, RedisValue message)
    {
        if (
            long.TryParse((string?)message, NumberStyles.None, CultureInfo.InvariantCulture, out var head)
            && head > tail.Head
        )
        {
            Signal(_wake);
        }
    }
}
