using IdResolution.Core.Coherence;
using IdResolution.Server.Caching;

namespace IdResolution.Server.Hosting.Work;

/// <summary>Follows the log every 250 ms, or sooner if another node announces new entries through Redis.</summary>
internal sealed class TailWork(
    LogFollower tail,
    TimeProvider time,
    ILogger<TailWork> logger,
    RedisRecordCache? redis = null
) : PeriodicWork("tail", Every, time, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    protected override Task WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken) =>
        redis is null ? base.WaitAsync(timer, stoppingToken) : redis.Messages.WaitAsync(Every, stoppingToken);

    protected override Task DoAsync(CancellationToken stoppingToken) => tail.CatchUpAsync(stoppingToken);
}
