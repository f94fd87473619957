using IdResolution.Core.Primitives;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Storage.SqlServer;

namespace IdResolution.Storage.Maintenance;

/// <summary>Opens the store that the settings name: SQLite or SQL Server.</summary>
public static class StoreOpener
{
    /// <summary>Opens the store. Creates the schema if it is missing, and migrates it.</summary>
    /// <param name="settings">The settings that name the database.</param>
    /// <param name="time">The clock of the store; migrations are dated by it.</param>
    /// <param name="cancellationToken">Cancels opening and migrating.</param>
    /// <param name="telemetry">The node's telemetry; null for none.</param>
    /// <param name="progress">Receives the progress of a step in code; null for nobody.</param>
    /// <param name="leavesSteps">
    /// True to leave a step in code if the store is in use. Then <see cref="NodeStore.HasStepLeft"/> is true, and
    /// <see cref="MigrateAsync"/> can run the step beside the opened store.
    /// </param>
    /// <exception cref="DatabaseUnusableException">It cannot be used; the message says what to do.</exception>
    public static async Task<NodeStore> OpenAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken,
        NodeTelemetry? telemetry = null,
        IProgress<MigrationProgress>? progress = null,
        bool leavesSteps = false
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var run = Run(settings, time, progress) with { LeavesSteps = leavesSteps };
        return settings.IsSqlServer
            ? await SqlServerStore.OpenAsync(settings, run, telemetry, cancellationToken)
            : SqliteStore.Open(SqliteDatabase.Open(settings.File, run, cancellationToken), telemetry);
    }

    /// <summary>
    /// Migrates the database to this node's schema and does nothing else. Returns warnings for the operator.
    /// </summary>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    public static async Task<IReadOnlyList<Text>> MigrateAsync(
        StoreSettings settings,
        TimeProvider time,
        IProgress<MigrationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var run = Run(settings, time, progress);
        if (settings.IsSqlServer)
        {
            return (await SqlServerMigrator.MigrateAsync(settings, run, cancellationToken)).Warnings;
        }
        SqliteDatabase.Open(settings.File, run, cancellationToken);
        return [];
    }

    /// <summary>
    /// Writes the migrations that a SQL Server database lacks as a script for an administrator. If the settings name no
    /// such database, the script has all migrations.
    /// </summary>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    public static async Task<string> ScriptAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var run = new MigrationRun(SqlServerMigrator.Plan, time);
        return settings.IsSqlServer
            ? await SqlServerMigrator.ScriptAsync(settings, run, cancellationToken)
            : new SchemaScript(run).Print(new MigrationState([], 0));
    }

    private static MigrationRun Run(
        StoreSettings settings,
        TimeProvider time,
        IProgress<MigrationProgress>? progress
    ) => new(settings.IsSqlServer ? SqlServerMigrator.Plan : SqliteMigrator.Plan, time) { Progress = progress };
}
