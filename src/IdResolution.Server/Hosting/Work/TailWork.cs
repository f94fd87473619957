using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Server.Caching;

namespace IdResolution.Server.Hosting.Work;

/// <summary>Follows the log every 250 ms, or sooner if another node announces new entries through Redis.</summary>
internal sealed partial class TailWork(
    LogFollower tail,
    LogGuard guard,
    LogHeadFile file,
    TimeProvider time,
    ILogger<TailWork> logger,
    RedisRecordCache? redis = null
) : PeriodicWork("tail", Every, time, logger)
{
    private readonly ILogger _logger = logger;
    private bool _told;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await tail.CatchUpAsync(cancellationToken);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            // What is known already is written.
        }
        file.Write(atOnce: true);
    }

    protected override Task WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken) =>
        redis is null ? base.WaitAsync(timer, stoppingToken) : redis.Messages.WaitAsync(Every, stoppingToken);

    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        await tail.CatchUpAsync(stoppingToken);
        if (tail.IsRestored != _told)
        {
            _told = tail.IsRestored;
            if (_told)
            {
                StoreRestored(_logger, $"{guard.Known}");
            }
            else
            {
                LogRestarted(_logger);
            }
        }
        file.Write();
    }

    [LoggerMessage(
        EventId = 17,
        EventName = "StoreRestored",
        Level = LogLevel.Error,
        Message = "The store came back from a backup, or was deleted: the furthest entry seen (log, sequence number, "
            + "leaf) is {Known}. Writes are refused until the next log begins: idnode log restart."
    )]
    private static partial void StoreRestored(ILogger logger, string known);

    [LoggerMessage(
        EventId = 18,
        EventName = "LogRestarted",
        Level = LogLevel.Information,
        Message = "The next log has begun; writes are taken."
    )]
    private static partial void LogRestarted(ILogger logger);
}
