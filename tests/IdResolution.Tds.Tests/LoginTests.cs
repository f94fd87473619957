using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Tds.Tests;

[TestFixture]
public sealed class LoginTests : TdsTest
{
    [Test]
    public async Task Login_KnownDatabase_IsInIt()
    {
        await using var connection = await OpenAsync();

        Assert.That(connection.Database, Is.EqualTo(Database));
        Assert.That(connection.ServerVersion, Does.StartWith("15."));
        Assert.That(await connection.ExecuteScalarAsync<string>("SELECT DB_NAME()"), Is.EqualTo(Database));
    }

    [Test]
    public void Login_Synchronous_Works()
    {
        using var connection = new SqlConnection(ConnectionString());
        connection.Open();

        Assert.That(connection.ExecuteScalar<int>("SELECT 1 + @one", new { one = 1 }), Is.EqualTo(2));
    }

    [Test]
    public async Task Login_Refused_Is18456()
    {
        Server.RefusesLogins = true;

        Assert.That(
            (await Assert.ThrowsAsync<SqlException>(() => OpenAsync(";Pooling=false")))!.Number,
            Is.EqualTo(18456)
        );
    }

    [Test]
    public async Task Login_UnknownDatabase_Is4060()
    {
        await using var connection = new SqlConnection(Server.ConnectionString("nowhere"));

        Assert.That((await Assert.ThrowsAsync<SqlException>(connection.OpenAsync))!.Number, Is.EqualTo(4060));
    }
}
