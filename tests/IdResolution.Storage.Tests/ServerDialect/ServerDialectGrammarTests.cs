using System.Reflection;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Stores;
using IdResolution.Tds;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.ServerDialect;

/// <summary>
/// Every T-SQL text of the store is SQL Server's by Microsoft's own grammar, and keeps to what compatible servers take. What the store puts
/// together while it runs is held to the same by the double, which refuses it in every contract.
/// </summary>
public sealed class ServerDialectGrammarTests
{
    private static readonly IReadOnlySet<string> s_binary = TSqlSubset.BinaryColumns(SqlServerMigrator.WholeScript(TimeProvider.System));

    // Statements and schemas that are not SQLite's, whoever adds them.
    private static IEnumerable<(string Name, string Sql)> Constants =>
        from type in typeof(SqlServerStatements).Assembly.GetTypes()
        where (type.Name.EndsWith("Statements", StringComparison.Ordinal) || type.Name.EndsWith("Schema", StringComparison.Ordinal)) && !type.Name.StartsWith("Sqlite", StringComparison.Ordinal)
        from constant in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        where constant is { IsLiteral: true, IsPrivate: false } && constant.FieldType == typeof(string)
        select ($"{type.Name}.{constant.Name}", Whole((string)constant.GetRawConstantValue()!));

    private static IEnumerable<(string Name, string Sql)> Scripts =>
    [
        .. Script.All("SqlServer").Select(script => (script.Name, script.Sql)),
        ("migrate --script", SqlServerMigrator.WholeScript(TimeProvider.System)),
        .. Directory.GetFiles(RepositoryFolder.PathOf("deploy", "sqlserver"), "*.sql").Select(file => (Path.GetFileName(file), WithoutCommands(File.ReadAllText(file)))),
        .. CopyTable.All.SelectMany(table => new[] { table.CountStatement, table.SelectStatement(after: false), table.SelectStatement(after: true) }.Select(sql => ($"copy of {table.Name}", sql))),
    ];

    private static IEnumerable<TestCaseData> Each => Constants.Concat(Scripts).Select(one => new TestCaseData(one.Sql).SetArgDisplayNames(one.Name));

    [TestCaseSource(nameof(Each))]
    public void Statement_OfTheStore_IsSqlServers(string sql) => Assert.That(TSqlSubset.FindFaults(sql, s_binary), Is.Empty);

    [Test]
    public void Statements_AreFound()
    {
        Assert.That(Constants.Count(), Is.GreaterThan(50));
        Assert.That(Scripts.Select(one => one.Name), Has.Member("001_initial.sql").And.Member("create.sql"));
        Assert.That(s_binary, Has.Member("records.lookup_key").And.Not.Member("records.object"));
    }

    // What is only part of a statement stands behind the search that it belongs to.
    private static string Whole(string sql) => !sql.StartsWith(' ') ? sql
        : Statements.Search + (sql == SqlServerStatements.Limit ? Statements.SearchOrder : "") + sql;

    // sqlcmd's own lines.
    private static string WithoutCommands(string script) => string.Join('\n', script.Split('\n').Select(line => line.StartsWith(':') ? "" : line));
}
