using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests;

/// <summary>
/// The server that <c>IDR_TEST_SQLSERVER</c> names, by a connection string whose login may create databases: each run makes one of its own
/// and drops it. Where the variable is set and the server is not to be reached tests fail; where it is not set they are ignored.
/// </summary>
[SetUpFixture]
public sealed class GivenServer
{
    private const string Variable = "IDR_TEST_SQLSERVER";

    private static readonly string s_name = $"idnode_test_{Guid.NewGuid():N}";
    private static readonly Lazy<string> s_database = new(Create);

    /// <summary>The connection string of the run's database, made by the first who asks.</summary>
    public static string DatabaseOfRun()
    {
        if (string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Variable)))
        {
            Assert.Ignore($"{Variable} is not set: not run on a SQL server.");
        }
        return s_database.Value;
    }

    [OneTimeTearDown]
    public void Drop()
    {
        if (!s_database.IsValueCreated)
        {
            return;
        }
        SqlConnection.ClearAllPools();
        try
        {
            // Forcibly, where a connection still hangs on; not every server knows how.
            Execute($"ALTER DATABASE [{s_name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE");
        }
        catch (SqlException)
        {
            // Dropping tells whether it was needed.
        }
        Execute($"DROP DATABASE [{s_name}]");
    }

    private static string Create()
    {
        Execute($"CREATE DATABASE [{s_name}]");
        return new SqlConnectionStringBuilder(Environment.GetEnvironmentVariable(Variable)!) { InitialCatalog = s_name }.ConnectionString;
    }

    private static void Execute(string sql)
    {
        using var connection = new SqlConnection(Environment.GetEnvironmentVariable(Variable));
        connection.Open();
        using var command = new SqlCommand(sql, connection) { CommandTimeout = 120 };
        command.ExecuteNonQuery();
    }
}
