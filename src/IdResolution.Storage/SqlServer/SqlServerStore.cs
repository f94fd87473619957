using IdResolution.Core.Telemetry;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>The store of nodes that share a SQL Server database. Every call ends in bounded time.</summary>
public static class SqlServerStore
{
    // Seen with SqlClient 7.1.1 as with 6.1.5 (ClearConnectionTests; compare dotnet/SqlClient issue 3519): in TLS a
    // packet comes whole, in the clear in pieces, or with part of the next.
    private const string Unencrypted =
        "The connection string of Store:SqlServer or Store:SqlServerReplica switches encryption off: besides being "
        + "open to read, large answers may be misread by the client, and calls then fail or time out. Leave "
        + "Encrypt at its default, True.";

    /// <summary>Opens the database, and makes and migrates what is in it.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot be used; the text says what to do.</exception>
    public static async Task<NodeStore> OpenAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken,
        NodeTelemetry? telemetry = null
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var warnings = await SqlServerMigrator.MigrateAsync(settings, time, cancellationToken);
        if (IsInTheClear(settings.SqlServer) || IsInTheClear(settings.SqlServerReplica))
        {
            warnings = [.. warnings, Unencrypted];
        }
        var engine = new SqlServerEngine(settings, telemetry);
        return new NodeStore(engine, new SqlServerRecordStore(engine), new SqlServerDocumentStore(engine), warnings);
    }

    private static bool IsInTheClear(string connectionString) =>
        new SqlConnectionStringBuilder(connectionString).Encrypt == SqlConnectionEncryptOption.Optional;
}
