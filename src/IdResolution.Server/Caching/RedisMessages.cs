using System.Globalization;
using IdResolution.Core.Coherence;
using StackExchange.Redis;

namespace IdResolution.Server.Caching;

/// <summary>
/// Tells the other nodes of a commit, so that they read the log at once. A lost message costs them a quarter of a
/// second: they read it every so often anyhow. Thread-safe.
/// </summary>
internal sealed class RedisMessages(string name, LogFollower tail) : IDisposable
{
    // What commits meanwhile goes into the next message.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly RedisChannel _channel = RedisChannel.Literal($"{name}:wake");
    private readonly SemaphoreSlim _committed = new(0, 1);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private ISubscriber? _subscribed;
    private long _head;

    /// <summary>This node committed up to a sequence number. Does not wait.</summary>
    public void Announce(long head)
    {
        Volatile.Write(ref _head, head);
        Signal(_committed);
    }

    /// <summary>Waits until another node has written, or the time is over.</summary>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) =>
        _wake.WaitAsync(time, cancellationToken);

    /// <summary>Sends what is announced, one message at a time, until cancelled.</summary>
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
                        // Lost, or given up by the library; whether Redis answers is for others to find out.
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
    /// Listens on a connection, unless it does already; the library renews the subscription by itself.
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

    /// <summary>Ends it, after the connection and all that commits.</summary>
    public void Dispose()
    {
        _committed.Dispose();
        _wake.Dispose();
    }

    private static void Signal(SemaphoreSlim semaphore)
    {
        // One signal waiting is enough; who lost this race has been signalled for.
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
