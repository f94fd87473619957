using IdResolution.Core.Primitives;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>The store of nodes that share a SQL Server database. Every call has a time limit.</summary>
public static class SqlServerStore
{
    // Seen with SqlClient 7.1.1 and 6.1.5 (ClearConnectionTests; see dotnet/SqlClient issue 3519). With TLS, a packet
    // arrives whole. Without it, a packet may arrive in pieces, or with a part of the next.
    private static readonly Text Unencrypted = new(
        "The connection string of Store:SqlServer or Store:SqlServerReplica switches encryption off: besides being "
            + "open to read, large answers may be misread by the client, and calls then fail or time out. Leave "
            + "Encrypt at its default, True.",
        "Store:SqlServer 或 Store:SqlServerReplica 的连接字符串关闭了加密：内容可被窃听，且客户端可能误读较大的应答，导致调用失败或超时。请将 Encrypt 保留为默认值 True。"
    );

    /// <summary>Opens the store: creates the schema if it is missing, and migrates it.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot be used; the message says what to do.</exception>
    public static Task<NodeStore> OpenAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken,
        NodeTelemetry? telemetry = null
    ) => OpenAsync(settings, new MigrationRun(SqlServerMigrator.Plan, time), telemetry, cancellationToken);

    /// <summary>Opens and migrates as the run says; only for reading while another node runs a step in code.</summary>
    /// <inheritdoc cref="OpenAsync(StoreSettings, TimeProvider, CancellationToken, NodeTelemetry)" path="/exception"/>
    internal static async Task<NodeStore> OpenAsync(
        StoreSettings settings,
        MigrationRun run,
        NodeTelemetry? telemetry,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var end = await SqlServerMigrator.MigrateAsync(settings, run with { IsForReading = true }, cancellationToken);
        var warnings = end.Warnings;
        if (IsInTheClear(settings.SqlServer) || IsInTheClear(settings.SqlServerReplica))
        {
            warnings = [.. warnings, Unencrypted];
        }
        var engine = new SqlServerEngine(settings, run.Plan.Epoch, telemetry);
        return new NodeStore(
            engine,
            new SqlServerRecordStore(engine, end.HasStepLeft ? run.Plan.Epoch : 0),
            new SqlServerDocumentStore(engine),
            new SqlServerEventStore(engine),
            warnings,
            end.HasStepLeft
        );
    }

    private static bool IsInTheClear(string connectionString) =>
        new SqlConnectionStringBuilder(connectionString).Encrypt == SqlConnectionEncryptOption.Optional;
}
