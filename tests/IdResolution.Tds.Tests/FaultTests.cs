using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Tds.Tests;

[TestFixture]
public sealed class FaultTests : TdsTest
{
    private const string Insert = "INSERT INTO items (id, code) VALUES (@id, @code)";

    [Test]
    public async Task CommandTimeout_OfABlockedWrite_IsMinusTwoAndTheConnectionLives()
    {
        await using var holder = await OpenAsync();
        await using var transaction = holder.BeginTransaction();
        await holder.ExecuteAsync(Insert, new { id = 1, code = "a" }, transaction);
        await using var connection = await OpenAsync();
        var error = await Assert.ThrowsAsync<SqlException>(() =>
            connection.ExecuteAsync(Insert, new { id = 2, code = "b" }, commandTimeout: 1)
        );

        Assert.That(error!.Number, Is.EqualTo(-2));
        Assert.That(await connection.ExecuteScalarAsync<int>("SELECT 5"), Is.EqualTo(5));
    }

    [Test]
    public async Task Cancellation_OfARunningQuery_StopsIt()
    {
        await using var connection = await OpenAsync();
        using var cancellation = new CancellationTokenSource(300);
        var endless = new CommandDefinition(
            "WITH n AS (SELECT CAST(1 AS bigint) AS x UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n OPTION "
                + "(MAXRECURSION 0)",
            cancellationToken: cancellation.Token
        );

        await Assert.ThrowsAsync(Is.InstanceOf<Exception>(), () => connection.ExecuteScalarAsync<int>(endless));
        Assert.That(await connection.ExecuteScalarAsync<int>("SELECT 5"), Is.EqualTo(5));
    }

    [Test]
    public async Task Freeze_UntilThawed_AnswersNothing()
    {
        await using var connection = await OpenAsync();
        Server.Freeze();
        await Assert.ThrowsAsync<SqlException>(() => connection.ExecuteAsync("SELECT 1", commandTimeout: 1));
        Server.Thaw();

        Assert.That(await ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task DropConnections_InATransaction_RollsBack()
    {
        await using var connection = await OpenAsync(";ConnectRetryCount=0");
        await connection.ExecuteAsync("BEGIN TRANSACTION; INSERT INTO items (id, code) VALUES (1, N'a')");
        Server.DropConnections();

        await Assert.ThrowsAsync<SqlException>(() => connection.ExecuteAsync("COMMIT"));
        ClearPool();
        Assert.That(await ScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.Zero);
    }

    [Test]
    public async Task FailNext_Deadlock_RollsBackAndKeepsTheConnection()
    {
        await using var connection = await OpenAsync();
        var transaction = connection.BeginTransaction();
        await connection.ExecuteAsync(Insert, new { id = 1, code = "a" }, transaction);
        Server.FailNext(1205, text => text.StartsWith("INSERT", StringComparison.Ordinal));
        var error = await Assert.ThrowsAsync<SqlException>(() =>
            connection.ExecuteAsync(Insert, new { id = 2, code = "b" }, transaction)
        );
        await transaction.DisposeAsync();

        Assert.That(error!.Number, Is.EqualTo(1205));
        Assert.That(await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.Zero);
    }

    [TestCase(40613)]
    [TestCase(4060)]
    public async Task FailNext_Transient_EndsTheConnection(int number)
    {
        await using var connection = await OpenAsync(";ConnectRetryCount=0");
        Server.FailNext(number, text => text == "SELECT 1");
        var error = await Assert.ThrowsAsync<SqlException>(() => connection.ExecuteAsync("SELECT 1"));

        Assert.That(error!.Number, Is.EqualTo(number));
        Assert.That(connection.State, Is.EqualTo(System.Data.ConnectionState.Closed));
        Assert.That(await ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task FailNext_AfterACommitOfTheClient_HasCommitted()
    {
        var connection = await OpenAsync(";ConnectRetryCount=0");
        var transaction = connection.BeginTransaction();
        await connection.ExecuteAsync(Insert, new { id = 1, code = "a" }, transaction);
        Server.FailNext(0, text => text == "COMMIT TRANSACTION", after: true);
        await Assert.ThrowsAsync(Is.InstanceOf<Exception>(), () => transaction.CommitAsync());
        await connection.DisposeAsync();

        Assert.That(await ScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.EqualTo(1));
    }

    [Test]
    public async Task ForbidsDefinitions_LeavesDataWritable()
    {
        Server.ForbidsDefinitions = true;
        await InsertAsync(1, "a");

        Assert.That(await ErrorAsync("CREATE TABLE t (a int NULL)"), Is.EqualTo(262));
        Assert.That(await ErrorAsync("CREATE DATABASE other"), Is.EqualTo(262));
        Assert.That(await ErrorAsync("ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON"), Is.EqualTo(5011));
    }

    [Test]
    public async Task FailNext_AfterABatch_HasRunIt()
    {
        var connection = await OpenAsync(";ConnectRetryCount=0");
        Server.FailNext(0, text => text == Insert, after: true);
        await Assert.ThrowsAsync(
            Is.InstanceOf<Exception>(),
            () => connection.ExecuteAsync(Insert, new { id = 1, code = "a" })
        );
        await connection.DisposeAsync();

        Assert.That(await ScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.EqualTo(1));
    }

    [Test]
    public async Task Stop_ThenStart_IsTheSameServer()
    {
        await InsertAsync(1, "a");
        var port = Server.Port;
        await Server.StopAsync();
        ClearPool();
        await Assert.ThrowsAsync<SqlException>(() => OpenAsync(";Pooling=false;Connect Timeout=2"));
        Server.Start();

        Assert.That(Server.Port, Is.EqualTo(port));
        Assert.That(await ScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.EqualTo(1));
    }

    [Test]
    public async Task Replica_Lagging_ShowsWhatWasThereAndRefusesWrites()
    {
        await InsertAsync(1, "a");
        var replica = Server.CreateReplica(Database);
        await InsertAsync(2, "b");
        await using var connection = new SqlConnection(replica.ConnectionString);
        Assert.That(await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.EqualTo(1));
        replica.Refresh();
        Assert.That(await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.EqualTo(2));
        var error = await Assert.ThrowsAsync<SqlException>(() => connection.ExecuteAsync("DELETE FROM items"));

        Assert.That(error!.Number, Is.EqualTo(3906));
    }

    [Test]
    public async Task Clients_ThirtyTwoAtOnce_AllWriteAndRead()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 32)
                .Select(client =>
                    Task.Run(async () =>
                    {
                        for (var index = 0; index < 10; index++)
                        {
                            await InsertAsync((client * 100) + index, $"{client}-{index}");
                            await ScalarAsync<int>("SELECT COUNT(*) FROM items");
                        }
                    })
                )
        );

        Assert.That(await ScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.EqualTo(320));
        Assert.That(Server.Executed, Has.Exactly(1).EqualTo(Insert));
    }
}
