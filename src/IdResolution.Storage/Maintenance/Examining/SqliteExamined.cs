using System.Data.Common;
using Dapper;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>An embedded database: one snapshot of one file.</summary>
internal sealed class SqliteExamined(string file) : ExaminedStore
{
    private readonly SqliteConnection _connection = SqliteFile.OpenReadOnly(file);
    private readonly SqliteConnection _integrity = SqliteFile.OpenReadOnly(file);

    public override string Kind => "file";

    public override bool IsSnapshot => true;

    public override DbConnection Connection => _connection;

    public override DbConnection Aside => _connection;

    public override long Epoch => SqliteMigrator.Plan.Epoch;

    public override Text Begin()
    {
        SqliteDatabase.Execute(_connection, "BEGIN");
        // The first read takes the snapshot. It fails if the file is truncated or not a database.
        var pages = Number("SELECT page_count FROM pragma_page_count(), (SELECT COUNT(*) FROM sqlite_master)");
        var bytes = pages * Number("SELECT page_size FROM pragma_page_size()");
        return new($"{file}, {bytes:N0} bytes", $"{file}，{bytes:N0} 字节");
    }

    public override void CheckIntegrity(CheckFaults faults)
    {
        foreach (var text in _integrity.Query<string>("PRAGMA integrity_check", buffered: false))
        {
            if (text != "ok")
            {
                var fault = text.ReplaceLineEndings(" ");
                faults.Add(fault, fault);
            }
        }
        faults.Summary = new("pages, indexes and constraints are whole", "页、索引和约束完好");
    }

    public override bool IsMigrated(out int version) =>
        new SqliteMigrator(_connection, TimeProvider.System).IsMigrated(out version);

    public override void Interrupt()
    {
        raw.sqlite3_interrupt(_connection.Handle!);
        raw.sqlite3_interrupt(_integrity.Handle!);
    }

    public override void Dispose()
    {
        _connection.Dispose();
        _integrity.Dispose();
    }

    private long Number(string sql) => _connection.ExecuteScalar<long>(sql);
}
