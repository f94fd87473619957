using IdResolution.Core.Telemetry;
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
    /// <exception cref="DatabaseUnusableException">It cannot be used; the text says what to do.</exception>
    public static async Task<NodeStore> OpenAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken,
        NodeTelemetry? telemetry = null
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.IsSqlServer
            ? await SqlServerStore.OpenAsync(settings, time, cancellationToken, telemetry)
            : SqliteStore.Open(SqliteDatabase.Open(settings.File, time), telemetry);
    }

    /// <summary>
    /// Brings the database to this node's schema, without opening it further; gives what the operator should know.
    /// </summary>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    public static async Task<IReadOnlyList<string>> MigrateAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.IsSqlServer)
        {
            return await SqlServerMigrator.MigrateAsync(settings, time, cancellationToken);
        }
        SqliteDatabase.Open(settings.File, time);
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
        return settings.IsSqlServer
            ? await SqlServerMigrator.ScriptAsync(settings, time, cancellationToken)
            : SqlServerMigrator.WholeScript(time);
    }
}
