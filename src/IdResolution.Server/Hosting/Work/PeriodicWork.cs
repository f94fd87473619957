namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Background work that repeats until the node stops. The next round tries again if one fails; this is logged at once,
/// then every ten seconds at most.
/// </summary>
internal abstract partial class PeriodicWork(string name, TimeSpan every, TimeProvider time, ILogger logger)
    : BackgroundService
{
    private static readonly TimeSpan WarnEvery = TimeSpan.FromSeconds(10);

    private long? _warnedAt;

    /// <summary>Does one round of the work.</summary>
    protected abstract Task DoAsync(CancellationToken stoppingToken);

    /// <summary>Waits for the next round.</summary>
    protected virtual async Task WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken) =>
        await timer.WaitForNextTickAsync(stoppingToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            while (true)
            {
                await WaitAsync(timer, stoppingToken);
                await TryAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private async Task TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await DoAsync(stoppingToken);
            _warnedAt = null;
        }
        // Whatever it is, the node goes on serving.
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            if (_warnedAt is not { } warnedAt || time.GetElapsedTime(warnedAt) >= WarnEvery)
            {
                _warnedAt = time.GetTimestamp();
                WorkFailed(logger, name, e);
            }
        }
    }

    [LoggerMessage(
        EventId = 1,
        EventName = "WorkFailed",
        Level = LogLevel.Warning,
        Message = "Background work {Work} failed; it is tried again."
    )]
    private static partial void WorkFailed(ILogger logger, string work, Exception cause);
}
