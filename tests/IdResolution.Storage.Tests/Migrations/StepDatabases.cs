using System.Globalization;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Storage.SqlServer;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Storage.Tests.ServerDialect;
using IdResolution.Testing;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.Migrations;

public sealed class SqliteCodeStepTests : CodeStepTests<SqliteStepDatabase>;

public sealed class ServerDialectCodeStepTests : CodeStepTests<ServerDialectStepDatabase>;

/// <summary>A file.</summary>
public sealed class SqliteStepDatabase : IStepDatabase
{
    private readonly TemporaryDirectory _directory = new();

    public bool KnowsRoom => true;

    private string File => _directory.File(SqliteDatabase.FileName);

    public Task<NodeStore> OpenEarlierAsync() =>
        Task.FromResult<NodeStore>(SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System)));

    public Task<NodeStore> OpenLaterAsync(StepProbe step, IProgress<MigrationProgress>? progress = null) =>
        Task.Run<NodeStore>(() => Open(Later.Run(SqliteMigrator.Plan, step) with { Progress = progress }));

    public Task<NodeStore> OpenLaterLeavingAsync(StepProbe step) =>
        Task.FromResult<NodeStore>(Open(Later.Run(SqliteMigrator.Plan, step) with { LeavesSteps = true }));

    private NodeStore Open(MigrationRun run) =>
        SqliteStore.Open(SqliteDatabase.Open(File, run, CancellationToken.None));

    public long Number(string sql) => Convert.ToInt64(RawSql.Run(File, sql), CultureInfo.InvariantCulture);

    public void Dispose() => _directory.Dispose();
}

/// <summary>A database on the double of SQL Server.</summary>
public sealed class ServerDialectStepDatabase : IStepDatabase
{
    private readonly ServerDialectDatabase _database = new();

    public bool KnowsRoom => false;

    public async Task<NodeStore> OpenEarlierAsync() =>
        await SqlServerStore.OpenAsync(_database.Settings, TimeProvider.System, CancellationToken.None);

    public Task<NodeStore> OpenLaterAsync(StepProbe step, IProgress<MigrationProgress>? progress = null) =>
        OpenAsync(Later.Run(SqlServerMigrator.Plan, step) with { Progress = progress });

    public Task<NodeStore> OpenLaterLeavingAsync(StepProbe step) =>
        OpenAsync(Later.Run(SqlServerMigrator.Plan, step) with { LeavesSteps = true });

    private async Task<NodeStore> OpenAsync(MigrationRun run) =>
        await SqlServerStore.OpenAsync(_database.Settings, run, null, CancellationToken.None);

    public long Number(string sql)
    {
        using var connection = new SqlConnection(_database.ConnectionString);
        connection.Open();
        using var command = new SqlCommand(sql, connection);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Dispose() => _database.Dispose();
}

/// <summary>What nodes of the later version have.</summary>
internal static class Later
{
    public static MigrationRun Run(MigrationPlan earlier, StepProbe step) =>
        new(Plan(earlier, step), TimeProvider.System);

    public static MigrationPlan Plan(MigrationPlan earlier, StepProbe step) =>
        earlier.With(new AuditStep(step)).With("after.sql", "CREATE TABLE after_the_step (id bigint NOT NULL);");
}
