using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Tds.Tests;

/// <summary>A server for the fixture, and for each test a database of its own with the table <c>items</c>.</summary>
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

    private int _databases;

    protected TdsServer Server { get; private set; } = null!;

    protected string Database => $"registry{_databases}";

    [OneTimeSetUp]
    public void Start() => Server = new TdsServer().Start();

    [OneTimeTearDown]
    public async Task StopAsync() => await Server.DisposeAsync();

    [SetUp]
    public async Task CreateAsync()
    {
        _databases++;
        await using (var master = new SqlConnection(Server.ConnectionString()))
        {
            await master.ExecuteAsync($"CREATE DATABASE {Database}");
        }
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(Items);
    }

    [TearDown]
    public void Mend()
    {
        Server.Thaw();
        (Server.RefusesLogins, Server.ForbidsDefinitions) = (false, false);
        ClearPool();
    }

    /// <summary>Other fixtures keep their pools.</summary>
    protected void ClearPool()
    {
        using var connection = new SqlConnection(ConnectionString());
        SqlConnection.ClearPool(connection);
    }

    protected string ConnectionString(string more = "") => Server.ConnectionString(Database) + more;

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
