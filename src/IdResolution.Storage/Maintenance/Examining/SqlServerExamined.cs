using System.Data.Common;
using Dapper;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.SqlServer;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>A SQL Server database. Every statement sees its own state of the data.</summary>
internal sealed class SqlServerExamined : ExaminedStore
{
    private readonly SqlConnection _connection;
    private readonly SqlConnection _aside;

    /// <summary>Opens the connections.</summary>
    /// <exception cref="SqlException">The server does not answer, or refuses.</exception>
    public SqlServerExamined(StoreSettings settings)
    {
        var database = new SqlServerDatabase(settings.SqlServer, settings.Timeout);
        _connection = database.Connect();
        _aside = database.Connect();
        try
        {
            _connection.Open();
            _aside.Open();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override string Kind => "database";

    public override bool IsSnapshot => false;

    public override DbConnection Connection => _connection;

    public override DbConnection Aside => _aside;

    public override long Epoch => SqlServerMigrator.Plan.Epoch;

    public override Text Begin() =>
        new(
            $"{_connection.Database} on {_connection.DataSource}",
            $"{_connection.DataSource} 上的 {_connection.Database}"
        );

    // DBCC CHECKDB needs rights that a node does not have, and administrators run it regularly anyway.
    public override void CheckIntegrity(CheckFaults faults) =>
        faults.Summary = new(
            "not looked at: pages and indexes are examined by DBCC CHECKDB",
            "未检查：页和索引由 DBCC CHECKDB 检查"
        );

    public override bool IsMigrated(out int version)
    {
        version = 0;
        if (_connection.ExecuteScalar<int>(SqlServerSchema.HasHistory) == 0)
        {
            return false;
        }
        var applied = _connection.Query<AppliedMigration>(MigrationStatements.Applied).AsList();
        version = applied.Count;
        var epoch = _connection.ExecuteScalar<long?>(MigrationStatements.Epoch) ?? 0;
        return SqlServerMigrator.Plan.IsApplied(new MigrationState(applied, epoch));
    }

    // ExaminedRows cancels each statement itself.
    public override void Interrupt() { }

    public override void Dispose()
    {
        _connection.Dispose();
        _aside.Dispose();
    }
}
