using IdResolution.Storage.SqlServer;
using IdResolution.Tds;
using IdResolution.Testing;
using Microsoft.Data.SqlClient;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary><c>deploy/sqlserver/create.sql</c>: what an administrator runs before the first node.</summary>
public sealed class CreateScriptTests
{
    [Test]
    public void Batches_All_AreOfSqlServer2019()
    {
        foreach (var batch in Batches("idnode", "a", "b"))
        {
            using var text = new StringReader(batch);
            new TSql150Parser(initialQuotedIdentifiers: true).Parse(text, out var errors);
            Assert.That(errors.Select(e => e.Message), Is.Empty, batch);
        }
    }

    /// <summary>
    /// A server that does not know such a statement refuses the batch, though its condition is false.
    /// </summary>
    [Test]
    public void Changes_OfTheDatabase_StandInExec()
    {
        foreach (var batch in Batches("idnode", "a", "b"))
        {
            using var text = new StringReader(batch);
            var finder = new AlterDatabaseFinder();
            new TSql150Parser(initialQuotedIdentifiers: true).Parse(text, out _).Accept(finder);
            Assert.That(finder.IsFound, Is.False, batch);
        }
    }

    /// <summary>
    /// Logins, rights and most of databases are beyond the double, which says so; GivenServerTests runs all on a
    /// server.
    /// </summary>
    [Test]
    public async Task Batches_AsFarAsTheDoubleTakesThem_Run()
    {
        await using var server = new TdsServer().Start();
        using var connection = new SqlConnection(server.ConnectionString());
        connection.Open();
        var ran = 0;
        foreach (var batch in Batches("idnode", "a", "b"))
        {
            using var command = new SqlCommand(batch, connection);
            try
            {
                command.ExecuteNonQuery();
                ran++;
            }
            catch (SqlException e) when (e.Number is 102 or 207)
            {
                // A statement, or a column of a system view, that the double does not know.
            }
        }
        Assert.That(ran, Is.Positive);
    }

    /// <summary>The script in the pieces that sqlcmd sends, for a database and logins of other names.</summary>
    internal static IEnumerable<string> Batches(string name, string ownerPassword, string nodePassword)
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, "deploy", "sqlserver", "create.sql"))
            .Where(line => !line.StartsWith(':'))
            .Select(line =>
                line.StartsWith("--", StringComparison.Ordinal)
                    ? line
                    : line.Replace("idnode", name, StringComparison.Ordinal)
            )
            .Select(line =>
                line.Replace("$(IDR_OWNER_PASSWORD)", ownerPassword, StringComparison.Ordinal)
                    .Replace("$(IDR_NODE_PASSWORD)", nodePassword, StringComparison.Ordinal)
            );
        return SqlServerMigrator.Batches(string.Join('\n', lines));
    }

    private sealed class AlterDatabaseFinder : TSqlFragmentVisitor
    {
        public bool IsFound { get; private set; }

        public override void Visit(AlterDatabaseStatement node) => IsFound = true;
    }
}
