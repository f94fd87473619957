using IdResolution.Core.Primitives;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Finishes the migrations that the opening of the store left over. Meanwhile the node reads, but refuses writes.
/// </summary>
internal sealed partial class MigrationWork(
    NodeStore store,
    NodeOptions options,
    TimeProvider time,
    ILogger<MigrationWork> logger
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private bool _isDone = !store.HasStepLeft;

    /// <summary>Completes when the store is migrated. After a failure it tries again.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        while (!_isDone)
        {
            try
            {
                var lines = new MigrationReports(time, Report);
                await StoreOpener.MigrateAsync(DataDirectory.StoreIn(options), time, lines, cancellationToken);
                _isDone = true;
                Migrated(logger);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                MigrationFailed(logger, e);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    // Task.Run is needed because the embedded store works on the calling thread.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _isDone ? Task.CompletedTask : Task.Run(() => FinishAsync(stoppingToken), stoppingToken);

    private void Report(Text line) => Migrating(logger, line.En);

    [LoggerMessage(EventId = 14, EventName = "Migrating", Level = LogLevel.Information, Message = "{Progress}")]
    private static partial void Migrating(ILogger logger, string progress);

    [LoggerMessage(
        EventId = 15,
        EventName = "Migrated",
        Level = LogLevel.Information,
        Message = "The database has this node's schema; writes are taken."
    )]
    private static partial void Migrated(ILogger logger);

    [LoggerMessage(
        EventId = 16,
        EventName = "MigrationFailed",
        Level = LogLevel.Error,
        Message = "The migration of the database failed; it goes on where it stood, in a minute. Until it is done "
            + "writes are refused."
    )]
    private static partial void MigrationFailed(ILogger logger, Exception cause);
}
