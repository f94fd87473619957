namespace IdResolution.Server.Hosting.Work;

/// <summary>Names the log once the migrations of the store are done: until then writes are refused.</summary>
internal sealed class LogNamingWork(
    MigrationWork migration,
    LogNaming naming,
    TimeProvider time,
    ILogger<LogNamingWork> logger
) : PeriodicWork("log name", TimeSpan.FromSeconds(5), time, logger)
{
    protected override Task DoAsync(CancellationToken stoppingToken) =>
        migration.ExecuteTask is null or { IsCompletedSuccessfully: true }
            ? naming.EnsureAsync(stoppingToken)
            : Task.CompletedTask;
}
