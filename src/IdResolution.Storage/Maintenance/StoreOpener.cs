using IdResolution.Core.Telemetry;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Storage.SqlServer;

namespace IdResolution.Storage.Maintenance;

/// <summary>Opens the store that the settings name.</summary>
public static class StoreOpener
{
    /// <summary>Opens the database, makes and migrates it where that is allowed.</summary>
    /// <param name="settings">Which database.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait for a server.</param>
    /// <param name="telemetry">The node's; none where it is left out.</param>
    /// <param name="progress">Is told how far a migration in code is.</param>
    /// <param name="leavesSteps">
    /// Leaves a migration in code of a store in use: <see cref="NodeStore.HasStepLeft"/> says so, and
    /// <see cref="MigrateAsync"/> does it beside the opened store.
    /// </param>
    /// <exception cref="DatabaseUnusableException">It cannot be used; the text says what to do.</exception>
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
    /// Brings the database to this node's schema, without opening it further; gives what the operator should know.
    /// </summary>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    public static async Task<IReadOnlyList<string>> MigrateAsync(
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
    /// What a SQL Server database lacks of this node's schema, as a script to be run by who may; the whole of it where
    /// no database is named.
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
