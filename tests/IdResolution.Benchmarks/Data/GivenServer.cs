using Microsoft.Data.SqlClient;

namespace IdResolution.Benchmarks.Data;

/// <summary>
/// The server that <c>IDR_TEST_SQLSERVER</c> names, by a connection string whose login may create databases.
/// </summary>
internal static class GivenServer
{
    public const string Variable = "IDR_TEST_SQLSERVER";

    private static readonly string? s_server = Environment.GetEnvironmentVariable(Variable);

    public static bool IsGiven => !string.IsNullOrWhiteSpace(s_server);

    public static string ConnectionString(string database) =>
        new SqlConnectionStringBuilder(s_server) { InitialCatalog = database }.ConnectionString;

    public static async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"idnode_bench_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE [{name}]", cancellationToken);
        return name;
    }

    public static async Task DropAsync(string database, CancellationToken cancellationToken)
    {
        SqlConnection.ClearAllPools();
        await ExecuteAsync($"DROP DATABASE [{database}]", cancellationToken);
    }

    /// <summary>How many records a database holds.</summary>
    public static async Task<long> CountAsync(string database, CancellationToken cancellationToken)
    {
        await using var connection = new SqlConnection(ConnectionString(database));
        await connection.OpenAsync(cancellationToken);
        await using var command = new SqlCommand("SELECT COUNT_BIG(*) FROM records", connection)
        {
            CommandTimeout = 120,
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new SqlConnection(s_server);
        await connection.OpenAsync(cancellationToken);
        await using var command = new SqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
