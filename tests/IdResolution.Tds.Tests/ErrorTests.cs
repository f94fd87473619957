using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Tds.Tests;

[TestFixture]
public sealed class ErrorTests : TdsTest
{
    [SetUp]
    public Task InsertOneAsync() => InsertAsync(1, "a");

    [TestCase("INSERT INTO items (id, code) VALUES (1, N'b')", 2627)]
    [TestCase("INSERT INTO items (id, code) VALUES (2, N'a ')", 2601, Description = "blanks at the end do not count")]
    [TestCase("INSERT INTO items (id) VALUES (2)", 515)]
    [TestCase("INSERT INTO items (id, code) VALUES (2, N'123456789012345678901')", 2628)]
    [TestCase("INSERT INTO items (id, code, data) VALUES (2, N'b', 0x010203040506070809)", 2628)]
    [TestCase("INSERT INTO items (id, code, data) VALUES (2, N'b', N'text')", 257)]
    [TestCase("SELECT 1 FROM items WHERE data = N'text'", 257)]
    [TestCase("SELECT 1 FROM items WHERE code = name", 468)]
    [TestCase("SELECT 1 FROM nothing", 208)]
    [TestCase("SELECT nothing FROM items", 207)]
    [TestCase("SELECT x.id FROM items", 4104)]
    [TestCase("SELECT id FROM items a JOIN items b ON b.id = a.id", 209)]
    [TestCase("SELECT @nothing", 137)]
    [TestCase("SELECT CAST(N'x' AS int)", 8114)]
    [TestCase("SELECT CAST(3000000000 AS int)", 8115)]
    [TestCase("COMMIT", 3902)]
    [TestCase("ROLLBACK", 3903)]
    [TestCase("EXEC nothing", 2812)]
    [TestCase("CREATE TABLE items (a int NULL)", 2714)]
    [TestCase("THROW 50010, N'mine', 1", 50010)]
    [TestCase("SELECT FROM items", 102)]
    [TestCase("SELECT 1 SELEKT 2 FROM", 102)]
    public async Task Statement_ThatFails_HasItsNumber(string sql, int number) =>
        Assert.That(await ErrorAsync(sql), Is.EqualTo(number));

    [Test]
    public async Task UniqueIndex_OfANullableColumn_TakesOneNull()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("CREATE UNIQUE INDEX items_name ON items (name)");

        Assert.That(await ErrorAsync("INSERT INTO items (id, code) VALUES (2, N'b')"), Is.EqualTo(2601));
    }

    [Test]
    public async Task Duplicate_NamesItsIndexAndClass()
    {
        await using var connection = await OpenAsync();
        var error = await Assert.ThrowsAsync<SqlException>(() =>
            connection.ExecuteAsync("INSERT INTO items (id, code) VALUES (2, N'a')")
        );

        Assert.That(error!.Message, Does.Contain("'items_code'").And.Contain("'dbo.items'"));
        Assert.That(error.Class, Is.EqualTo(14));
    }

    [Test]
    public async Task Batch_WithBadSyntaxAtItsEnd_RunsNothing()
    {
        Assert.That(await ErrorAsync("DELETE FROM items; MERGE items;"), Is.EqualTo(102));
        Assert.That(await ScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.EqualTo(1));
    }

    [TestCase("SELECT id FROM items WITH (UPDLOCK)", "Left out of the T-SQL we write: table hints")]
    [TestCase("UPDATE items SET id = id + 1 OUTPUT inserted.id", "Left out of the T-SQL we write: OUTPUT")]
    [TestCase(
        "SELECT DISTINCT code FROM items",
        "Outside this test server's scope (line 1): QuerySpecification 'SELECT DISTINCT code FROM items'"
    )]
    [TestCase(
        "SELECT COUNT(*) FROM items GROUP BY code HAVING COUNT(*) > 1",
        "Outside this test server's scope (line 1): HavingClause"
    )]
    [TestCase("SELECT LEN(code) FROM items", "Outside this test server's scope (line 1): FunctionCall 'LEN(code)'")]
    [TestCase("DELETE FROM items OUTPUT deleted.id", "Outside this test server's scope (line 1): OutputClause")]
    [TestCase(
        "DECLARE @t TABLE (a int NOT NULL)",
        "Outside this test server's scope (line 1): DeclareTableVariableStatement"
    )]
    [TestCase("DECLARE @t real", "Outside this test server's scope (line 1): SqlDataTypeReference 'real'")]
    [TestCase("SELECT 'open", "closing quotation mark")]
    public async Task Statement_NotKnown_IsRefusedByName(string sql, string message)
    {
        await using var connection = await OpenAsync();
        var error = await Assert.ThrowsAsync<SqlException>(() => connection.ExecuteAsync(sql));

        Assert.That(error!.Number, Is.EqualTo(102));
        Assert.That(error.Message, Does.Contain(message));
    }
}
