using System.Reflection;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.SqlServer;
using IdResolution.Tds;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.ServerDialect;

/// <summary>
/// Every T-SQL text of the store is SQL Server's by Microsoft's own grammar, and keeps to what compatible servers take.
/// What is put together while the store runs is held to the same by the double, which refuses it in every contract;
/// that each statement is executed, <see cref="Coverage"/> sees.
/// </summary>
public sealed class ServerDialectGrammarTests
{
    private static readonly string s_schema = new SchemaScript(
        new MigrationRun(SqlServerMigrator.Plan, TimeProvider.System)
    ).Print(new MigrationState([], 0));
    private static readonly IReadOnlySet<string> s_binary = TSqlSubset.BinaryColumns(s_schema);

    /// <summary>What contracts must execute.</summary>
    internal static IEnumerable<(string Name, string Sql)> All =>
        Constants
            .Concat(
                from side in SqlServerSideTable.All
                from sql in new[] { side.InsertStatement, side.DeleteStatement, side.LookUpStatement }
                where side.Table.HasOneHolder || sql != side.LookUpStatement
                select (side.Table.Name, sql)
            )
            .Concat(
                from script in Script.All("SqlServer")
                from batch in SqlServerMigrator.Batches(script.Sql).Index()
                select ($"{script.Name}, batch {batch.Index + 1}", batch.Item)
            );

    // Whoever adds a class of statements need not name it here.
    private static IEnumerable<(string Name, string Sql)> Constants =>
        from type in typeof(SqlServerStatements).Assembly.GetTypes()
        where IsOfSqlServer(type.Name)
        from constant in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        where constant is { IsLiteral: true, IsPrivate: false } && constant.FieldType == typeof(string)
        select ($"{type.Name}.{constant.Name}", (string)constant.GetRawConstantValue()!);

    private static IEnumerable<(string Name, string Sql)> Deployed =>
        from file in Directory.GetFiles(RepositoryFolder.PathOf("deploy", "sqlserver"), "*.sql")
        select (Path.GetFileName(file), WithoutCommands(File.ReadAllText(file)));

    private static IEnumerable<(string Name, string Sql)> Copying =>
        from table in CopyTable.All
        from sql in new[] { table.CountStatement, table.SelectStatement(false), table.SelectStatement(after: true) }
        select ($"copy of {table.Name}", sql);

    private static IEnumerable<TestCaseData> Each =>
        from one in All.Append((Name: "migrate --script", Sql: s_schema)).Concat(Deployed).Concat(Copying)
        select new TestCaseData(Whole(one.Sql)).SetArgDisplayNames(one.Name);

    [TestCaseSource(nameof(Each))]
    public void Statement_OfTheStore_IsSqlServers(string sql) =>
        Assert.That(TSqlSubset.FindFaults(sql, s_binary), Is.Empty);

    [Test]
    public void Texts_OfEveryKind_AreFound()
    {
        Assert.That(Constants.Count(), Is.GreaterThan(50));
        Assert.That(Deployed.Select(one => one.Name), Has.Member("create.sql"));
        Assert.That(s_binary, Has.Member("records.lookup_key").And.Not.Member("records.object"));
    }

    private static bool IsOfSqlServer(string type) =>
        !type.StartsWith("Sqlite", StringComparison.Ordinal)
        && new[] { "Statements", "Schema" }.Any(end => type.EndsWith(end, StringComparison.Ordinal));

    // What is only part of a statement stands behind the search that it belongs to.
    private static string Whole(string sql) =>
        sql switch
        {
            SqlServerStatements.Limit => Statements.Search + Statements.SearchOrder + sql,
            Statements.SearchFrom => Statements.Search + sql + ")",
            Statements.SearchBefore or Statements.SearchUpTo => Statements.Search + Statements.SearchFrom + sql + ")",
            SharedEventStatements.PartsOrder or SharedEventStatements.PartsDescending =>
                SharedEventStatements.PartsAfter + sql,
            [' ', ..] when sql.Contains(" e.", StringComparison.Ordinal) => SharedEventStatements.List + sql,
            [' ', ..] => Statements.Search + sql,
            _ => sql,
        };

    // sqlcmd's own lines.
    private static string WithoutCommands(string script) =>
        string.Join('\n', script.Split('\n').Select(line => line.StartsWith(':') ? "" : line));
}
