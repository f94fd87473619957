namespace IdResolution.Server.Hosting.Work;

/// <summary>Renews the templates once the migrations of the store are done: until then writes are refused.</summary>
internal sealed class PackRenewalWork(
    MigrationWork migration,
    PackRenewal renewal,
    TimeProvider time,
    ILogger<PackRenewalWork> logger
) : PeriodicWork("templates", TimeSpan.FromSeconds(5), time, logger)
{
    protected override Task DoAsync(CancellationToken stoppingToken) =>
        migration.ExecuteTask is null or { IsCompletedSuccessfully: true }
            ? renewal.EnsureAsync(stoppingToken)
            : Task.CompletedTask;
}
