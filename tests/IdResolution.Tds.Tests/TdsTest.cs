using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Tds.Tests;

/// <summary>A server with the database <c>registry</c>, whose table <c>items</c> the tests write to.</summary>
[NonParallelizable]
public abstract class TdsTest
{
    private const string Items = """
        CREATE TABLE dbo.items (
            id bigint NOT NULL,
            code nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
            name nvarchar(10) NULL,
            data varbinary(8) NULL,
            at datetime2(6) NULL,
            CONSTRAINT items_key PRIMARY KEY CLUSTERED (id)
        );
        CREATE UNIQUE NONCLUSTERED INDEX items_code ON items (code) INCLUDE (name);
        CREATE TYPE dbo.item_list AS TABLE (id bigint NOT NULL, code nvarchar(20) COLLATE Latin1_General_BIN2 NOT NULL, data varbinary(8) NULL);
        """;

    protected TdsServer Server { get; private set; } = null!;

    [SetUp]
    public async Task StartAsync()
    {
        Server = new TdsServer().Start();
        await using var connection = new SqlConnection(Server.ConnectionString());
        await connection.ExecuteAsync("CREATE DATABASE registry");
        await using var registry = await OpenAsync();
        foreach (var statement in Items.Split(";\n", StringSplitOptions.RemoveEmptyEntries))
        {
            await registry.ExecuteAsync(statement);
        }
    }

    [TearDown]
    public async Task StopAsync()
    {
        SqlConnection.ClearAllPools();
        await Server.DisposeAsync();
    }

    protected string ConnectionString(string more = "") => Server.ConnectionString("registry") + more;

    protected async Task<SqlConnection> OpenAsync(string more = "")
    {
        var connection = new SqlConnection(ConnectionString(more));
        await connection.OpenAsync();
        return connection;
    }

    protected async Task<int> ErrorAsync(string sql, object? parameters = null)
    {
        await using var connection = await OpenAsync();
        return (await Assert.ThrowsAsync<SqlException>(() => connection.ExecuteAsync(sql, parameters)))!.Number;
    }

    protected async Task<T?> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await OpenAsync();
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    protected async Task InsertAsync(long id, string code)
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("INSERT INTO items (id, code) VALUES (@id, @code)", new { id, code });
    }
}
