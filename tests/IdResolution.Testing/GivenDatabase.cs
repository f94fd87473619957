using Microsoft.Data.SqlClient;

namespace IdResolution.Testing;

/// <summary>
/// A database of its own on the server that <c>IDR_TEST_SQLSERVER</c> names, by a connection string whose login may
/// create databases; dropped when disposed.
/// </summary>
public sealed class GivenDatabase : IDisposable
{
    private const string Variable = "IDR_TEST_SQLSERVER";

    private readonly string _name = $"idnode_test_{Guid.NewGuid():N}";

    private GivenDatabase()
    {
        Execute($"CREATE DATABASE [{_name}]");
        ConnectionString = new SqlConnectionStringBuilder(Environment.GetEnvironmentVariable(Variable)!)
        {
            InitialCatalog = _name,
        }.ConnectionString;
    }

    public string ConnectionString { get; }

    /// <summary>Makes the database; fails where the server is not to be reached.</summary>
    /// <param name="ignore">Told why, where no server is given; must end the test.</param>
    public static GivenDatabase Create(Action<string> ignore)
    {
        ArgumentNullException.ThrowIfNull(ignore);
        if (string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Variable)))
        {
            ignore($"{Variable} is not set: not run on a SQL server.");
        }
        return new GivenDatabase();
    }

    public void Dispose()
    {
        SqlConnection.ClearAllPools();
        try
        {
            // Forcibly, where a connection still hangs on; not every server knows how.
            Execute($"ALTER DATABASE [{_name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE");
        }
        catch (SqlException)
        {
            // Dropping tells whether it was needed.
        }
        Execute($"DROP DATABASE [{_name}]");
    }

    private static void Execute(string sql)
    {
        using var connection = new SqlConnection(Environment.GetEnvironmentVariable(Variable));
        connection.Open();
        using var command = new SqlCommand(sql, connection) { CommandTimeout = 120 };
        command.ExecuteNonQuery();
    }
}
