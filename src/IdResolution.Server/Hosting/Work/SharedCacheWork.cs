using IdResolution.Server.Caching;

namespace IdResolution.Server.Hosting.Work;

/// <summary>Keeps the connection to Redis open and applies the log to the cache in Redis.</summary>
internal sealed class SharedCacheWork(ILogger<SharedCacheWork> logger, RedisRecordCache redis) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => redis.RunAsync(logger, stoppingToken);
}
