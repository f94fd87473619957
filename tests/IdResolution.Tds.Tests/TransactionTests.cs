using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Tds.Tests;

[TestFixture]
public sealed class TransactionTests : TdsTest
{
    private const string Insert = "INSERT INTO items (id, code) VALUES (@id, @code)";
    private const string Count = "SELECT COUNT(*) FROM items";

    [Test]
    public async Task Commit_OfTheClient_KeepsTheRows()
    {
        await using var connection = await OpenAsync();
        await using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        await connection.ExecuteAsync(Insert, new { id = 1, code = "a" }, transaction);
        Assert.That(await ScalarAsync<int>(Count), Is.Zero, "not before the commit");
        await transaction.CommitAsync();

        Assert.That(await ScalarAsync<int>(Count), Is.EqualTo(1));
    }

    [Test]
    public async Task Rollback_OfTheClient_ForgetsTheRows()
    {
        await using var connection = await OpenAsync();
        await using (var transaction = (SqlTransaction)await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync(Insert, new { id = 1, code = "a" }, transaction);
            await transaction.RollbackAsync();
        }

        Assert.That(await connection.ExecuteScalarAsync<int>(Count), Is.Zero);
    }

    [Test]
    public async Task Transaction_InText_CountsAndEnds()
    {
        await using var connection = await OpenAsync();
        var counts = await connection.QuerySingleAsync<(int, short, int)>(
            "DECLARE @n int, @x smallint; BEGIN TRANSACTION; SELECT @n = @@TRANCOUNT, @x = XACT_STATE(); COMMIT; "
                + "SELECT @n, @x, @@TRANCOUNT"
        );

        Assert.That(counts, Is.EqualTo((1, (short)1, 0)));
    }

    [Test]
    public async Task PooledConnection_LeftInATransaction_IsRolledBack()
    {
        var connection = await OpenAsync(";Max Pool Size=1");
        var number = await connection.ExecuteScalarAsync<short>("SELECT @@SPID");
        await connection.ExecuteAsync(
            "SET XACT_ABORT ON; BEGIN TRANSACTION; INSERT INTO items (id, code) VALUES (1, N'a')"
        );
        await connection.DisposeAsync();
        await using var again = await OpenAsync(";Max Pool Size=1");

        Assert.That(
            await again.QuerySingleAsync<(short, int, int)>("SELECT @@SPID, @@TRANCOUNT, (SELECT COUNT(*) FROM items)"),
            Is.EqualTo((number, 0, 0))
        );
    }

    [Test]
    public async Task Writers_Two_GoOneAfterTheOther()
    {
        await using var connection = await OpenAsync();
        await using var transaction = connection.BeginTransaction();
        await connection.ExecuteAsync(Insert, new { id = 1, code = "a" }, transaction);
        var second = InsertAsync(2, "b");
        Assert.That(await Task.WhenAny(second, Task.Delay(200)), Is.Not.SameAs(second));
        await transaction.CommitAsync();
        await second;

        Assert.That(await ScalarAsync<int>(Count), Is.EqualTo(2));
    }

    [Test]
    public async Task ApplicationLock_OfATransaction_BlocksUntilItsEnd()
    {
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await using var transaction = first.BeginTransaction();
        Assert.That(await first.ExecuteScalarAsync<int>(Lock("Transaction", 0), transaction: transaction), Is.Zero);
        await using var other = second.BeginTransaction();
        Assert.That(await second.ExecuteScalarAsync<int>(Lock("Transaction", 50), transaction: other), Is.EqualTo(-1));
        var waiting = second.ExecuteScalarAsync<int>(Lock("Transaction", 10000), transaction: other);
        Assert.That(await Task.WhenAny(waiting, Task.Delay(200)), Is.Not.SameAs(waiting));
        await transaction.CommitAsync();

        Assert.That(await waiting, Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public async Task ApplicationLock_OfAPooledSession_EndsWithItsNextUse()
    {
        await using (var first = await OpenAsync(";Max Pool Size=1"))
        {
            Assert.That(await first.ExecuteScalarAsync<int>(Lock("Session", 0)), Is.Zero);
        }

        await using var again = await OpenAsync(";Max Pool Size=1");
        await again.ExecuteScalarAsync<int>("SELECT 1");
        await using var second = await OpenAsync();
        Assert.That(await second.ExecuteScalarAsync<int>(Lock("Session", 0)), Is.Zero);
    }

    [Test]
    public async Task ApplicationLocks_TakenCrosswise_AreADeadlock()
    {
        const string take =
            "DECLARE @result int; EXEC @result = sp_getapplock @Resource = @name, @LockMode = 'Exclusive', "
            + "@LockOwner = 'Session'; SELECT @result";
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await first.ExecuteScalarAsync<int>(take, new { name = "a" });
        await second.ExecuteScalarAsync<int>(take, new { name = "b" });
        var one = first.ExecuteScalarAsync<int>(take, new { name = "b" });
        var two = second.ExecuteScalarAsync<int>(take, new { name = "a" });

        // Whichever asks last closes the circle.
        var loser = await Task.WhenAny(one, two);
        Assert.That(await loser, Is.EqualTo(-3));
        await (loser == one ? first : second).ExecuteAsync(
            "EXEC sp_releaseapplock @Resource = @name, @LockOwner = 'Session'",
            new { name = loser == one ? "a" : "b" }
        );
        Assert.That(await (loser == one ? two : one), Is.EqualTo(1));
    }

    [Test]
    public async Task FailedDefinition_OutsideATransaction_LeavesNoLock()
    {
        await using var first = await OpenAsync();
        await Assert.ThrowsAsync<SqlException>(() => first.ExecuteAsync("CREATE TABLE items (a int NULL)"));

        await InsertAsync(1, "a");
        Assert.That(await first.ExecuteScalarAsync<int>(Count), Is.EqualTo(1));
    }

    [Test]
    public async Task ApplicationLock_OfASession_EndsWithRelease()
    {
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        Assert.That(await first.ExecuteScalarAsync<int>(Lock("Session", 0)), Is.Zero);
        Assert.That(await second.ExecuteScalarAsync<int>(Lock("Session", 0)), Is.EqualTo(-1));
        await first.ExecuteAsync("EXEC sp_releaseapplock @Resource = N'log', @LockOwner = 'Session'");
        Assert.That(await second.ExecuteScalarAsync<int>(Lock("Session", 0)), Is.Zero);
    }

    [Test]
    public async Task ApplicationLock_NotHeld_CannotBeReleased() =>
        Assert.That(
            await ErrorAsync("EXEC sp_releaseapplock @Resource = N'x', @LockOwner = 'Session'"),
            Is.EqualTo(1223)
        );

    [Test]
    public async Task Error_UnderXactAbort_RollsBack()
    {
        await InsertAsync(1, "a");
        await using var connection = await OpenAsync();
        var error = await Assert.ThrowsAsync<SqlException>(() =>
            connection.ExecuteAsync(
                "SET XACT_ABORT ON; BEGIN TRANSACTION; INSERT INTO items (id, code) VALUES (2, N'b'); INSERT INTO "
                    + "items (id, code) VALUES (1, N'c'); COMMIT"
            )
        );

        Assert.That(error!.Number, Is.EqualTo(2627));
        Assert.That(
            await connection.QuerySingleAsync<(int, int)>("SELECT @@TRANCOUNT, (SELECT COUNT(*) FROM items)"),
            Is.EqualTo((0, 1))
        );
    }

    [Test]
    public async Task Error_WithoutXactAbort_EndsTheStatementAlone()
    {
        await InsertAsync(1, "a");
        await using var connection = await OpenAsync();
        await Assert.ThrowsAsync<SqlException>(() =>
            connection.ExecuteAsync(
                "INSERT INTO items (id, code) VALUES (1, N'c'); INSERT INTO items (id, code) VALUES (2, N'b')"
            )
        );

        Assert.That(await connection.ExecuteScalarAsync<int>(Count), Is.EqualTo(2));
    }

    [Test]
    public async Task Error_OfATransactionRolledBackByTheServer_LeavesTheClientUsable()
    {
        await InsertAsync(1, "a");
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("SET XACT_ABORT ON");
        await using (var transaction = connection.BeginTransaction())
        {
            await Assert.ThrowsAsync<SqlException>(() =>
                connection.ExecuteAsync(Insert, new { id = 1, code = "z" }, transaction)
            );
        }

        Assert.That(await connection.ExecuteScalarAsync<int>(Count), Is.EqualTo(1));
    }

    private static string Lock(string owner, int timeout) =>
        "DECLARE @result int; EXEC @result = sp_getapplock @Resource = N'log', @LockMode = 'Exclusive', "
        + $"@LockOwner = '{owner}', @LockTimeout = {timeout}; SELECT @result";
}
