using IdResolution.Core.Events;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Reading the log from a place begins there, in whichever table a planner begins.</summary>
public sealed class EmbeddedFilePlanTests
{
    [TestCase(Statements.ReadKeys)]
    [TestCase(Statements.ReadChanges)]
    public void ReadLog_AsPlanned_ReadsNothingFromItsBeginning(string sql) =>
        Assert.That(Plan(sql), Is.All.StartsWith("SEARCH"));

    [Test]
    public void ReadChanges_BegunInEitherTable_StartsAtThePosition()
    {
        const string log = "FROM change_log l\nJOIN versions v ON v.sequence = l.sequence";
        Assert.That(Statements.ReadChanges, Does.Contain(log));

        // CROSS JOIN keeps SQLite to the order as written.
        Assert.That(
            Plan(
                Statements.ReadChanges.Replace(
                    log,
                    "FROM change_log l CROSS JOIN versions v ON v.sequence = l.sequence",
                    StringComparison.Ordinal
                )
            )[0],
            Does.StartWith("SEARCH l").And.Contain(">?")
        );
        Assert.That(
            Plan(
                Statements.ReadChanges.Replace(
                    log,
                    "FROM versions v CROSS JOIN change_log l ON v.sequence = l.sequence",
                    StringComparison.Ordinal
                )
            )[0],
            Does.StartWith("SEARCH v").And.Contain(">?")
        );
    }

    /// <summary>A machine has many events: they are not read for each row of the archive.</summary>
    [Test]
    public void Quality_OfOneMachine_LooksForItAmongThePartsOfEachEvent()
    {
        var query = new QualityQuery
        {
            By = [QualityDimension.Day],
            From = 0,
            To = 1,
            Equipment = 1,
            Limit = 1,
        };

        var plan = Plan(new QualitySql(query, SqliteDialect.Instance).Inspections());

        Assert.That(plan, Has.Some.StartsWith("SEARCH e USING PRIMARY KEY (event=? AND role=?)"));
    }

    private static List<string> Plan(string sql)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File(SqliteDatabase.FileName);
        SqliteStore.Open(SqliteDatabase.Open(file, TimeProvider.System)).Dispose();
        using var connection = RawSql.Connect(file);
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        command.Parameters.Add(new SqliteParameter("@after", 5));
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }
        return steps;
    }
}
