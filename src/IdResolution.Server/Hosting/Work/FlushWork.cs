using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Writes data gathered in memory every 10 s and at the end. It is registered before other work, so that it stops last.
/// </summary>
internal sealed partial class FlushWork(
    GatheredCounts counts,
    Auditor auditor,
    TimeProvider time,
    ILogger<FlushWork> logger
) : PeriodicWork("flush", TimeSpan.FromSeconds(10), time, logger)
{
    // The longest time for the flush at the end.
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);

    private readonly ILogger<FlushWork> _logger = logger;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Slow callers may have used up the host's own time for the stop, so this flush has its own.
        using var time = new CancellationTokenSource(LastFlush);
        try
        {
            await auditor.DoneAsync(Caller.Node, "node.stop", "", time.Token);
            await counts.FlushAsync(last: true, time.Token);
        }
        catch (Exception e) when (e is StoreException or IOException or OperationCanceledException)
        {
            LastFlushFailed(_logger, e);
        }
    }

    protected override Task DoAsync(CancellationToken stoppingToken) => counts.FlushAsync(last: false, stoppingToken);

    [LoggerMessage(
        EventId = 8,
        EventName = "LastFlushFailed",
        Level = LogLevel.Warning,
        Message = "What was counted in the last seconds could not be written before the end; it is lost."
    )]
    private static partial void LastFlushFailed(ILogger logger, Exception cause);
}
