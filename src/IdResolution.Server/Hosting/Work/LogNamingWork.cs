namespace IdResolution.Server.Hosting.Work;

/// <summary>Names the log once the migrations of the store are done: until then writes are refused.</summary>
internal sealed class LogNamingWork(MigrationWork migration, LogNaming naming) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await (migration.ExecuteTask ?? Task.CompletedTask);
        await naming.EnsureAsync(stoppingToken);
    }
}
