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
    [TestCase("SELECT id FROM items a, items b", 209)]
    [TestCase("SELECT @nothing", 137)]
    [TestCase("SELECT 1 / 0", 8134)]
    [TestCase("SELECT CAST(N'x' AS int)", 8114)]
    [TestCase("SELECT CAST(3000000000 AS int)", 8115)]
    [TestCase("SELECT 1 FROM items WHERE id", 4145)]
    [TestCase("COMMIT", 3902)]
    [TestCase("ROLLBACK", 3903)]
    [TestCase("EXEC nothing", 2812)]
    [TestCase("CREATE TABLE items (a int NULL)", 2714)]
    [TestCase("DROP TABLE nothing", 3701)]
    [TestCase("USE nothing", 911)]
    [TestCase("THROW 50010, N'mine', 1", 50010)]
    [TestCase("SELECT FROM items", 102)]
    [TestCase("SELECT 1 SELEKT 2 FROM", 102)]
    [TestCase("SELECT 'open", 105)]
    [TestCase("SELECT NOSUCH(1)", 195)]
    public async Task Statement_ThatFails_HasItsNumber(string sql, int number) => Assert.That(await ErrorAsync(sql), Is.EqualTo(number));

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
        var error = await Assert.ThrowsAsync<SqlException>(() => connection.ExecuteAsync("INSERT INTO items (id, code) VALUES (2, N'a')"));

        Assert.That(error!.Message, Does.Contain("'items_code'").And.Contain("'dbo.items'"));
        Assert.That(error.Class, Is.EqualTo(14));
    }

    [Test]
    public async Task Batch_WithBadSyntaxAtItsEnd_RunsNothing()
    {
        Assert.That(await ErrorAsync("DELETE FROM items; MERGE items"), Is.EqualTo(102));
        Assert.That(await ScalarAsync<int>("SELECT COUNT(*) FROM items"), Is.EqualTo(1));
    }

    [TestCase("MERGE items AS t USING items AS s ON t.id = s.id WHEN MATCHED THEN DELETE", "MERGE")]
    [TestCase("CREATE TABLE t (a int NULL, INDEX i (a))", "INDEX")]
    [TestCase("CREATE TABLE t (a int NULL REFERENCES items (id))", "FOREIGN KEY")]
    [TestCase("CREATE TABLE t (a int PRIMARY KEY)", "constraints")]
    [TestCase("CREATE OR ALTER TABLE t (a int NULL)", "CREATE OR ALTER")]
    [TestCase("ALTER TABLE items ADD a int NULL, b int NULL", "several columns")]
    [TestCase("ALTER TABLE items ALTER COLUMN name nvarchar(10) NOT NULL", "ALTER COLUMN")]
    [TestCase("WITH c AS (SELECT id FROM items) DELETE FROM c", "common table expression")]
    [TestCase("SELECT TOP (1) WITH TIES id FROM items ORDER BY id", "TOP")]
    [TestCase("SELECT TOP (1) PERCENT id FROM items ORDER BY id", "TOP")]
    [TestCase("SELECT 1 FROM items WHERE name IS DISTINCT FROM code", "DISTINCT FROM")]
    [TestCase("SELECT value FROM GENERATE_SERIES(1, 3)", "GENERATE_SERIES")]
    [TestCase("SELECT value FROM STRING_SPLIT(N'a,b', N',', 1)", "STRING_SPLIT")]
    [TestCase("SELECT JSON_MODIFY(N'{}', '$.a', 1)", "JSON_MODIFY")]
    [TestCase("WAITFOR DELAY '00:00:01'", "WAITFOR")]
    [TestCase("SELECT id FROM items WITH (UPDLOCK, HOLDLOCK)", "hints")]
    [TestCase("SELECT id FROM items i WITH (READPAST)", "hints")]
    [TestCase("SELECT id FROM items (NOLOCK)", "hints")]
    [TestCase("UPDATE items WITH (ROWLOCK) SET name = N'x'", "hints")]
    [TestCase("INSERT INTO items WITH (TABLOCK) (id, code) VALUES (5, N'x')", "hints")]
    [TestCase("UPDATE items SET @x = id = 5", "@variable")]
    [TestCase("UPDATE i SET name = N'x' OUTPUT inserted.id FROM items i JOIN items j ON j.id = i.id", "OUTPUT")]
    [TestCase("CREATE TABLE #t (a int NULL)", "#temp")]
    [TestCase("SELECT id INTO copy FROM items", "INTO")]
    public async Task Statement_OutsideTheSubset_IsRefusedByName(string sql, string rule)
    {
        await using var connection = await OpenAsync();
        var error = await Assert.ThrowsAsync<SqlException>(() => connection.ExecuteAsync(sql));

        Assert.That(error!.Number, Is.EqualTo(102));
        Assert.That(error.Message, Does.Contain("Left out").And.Contain(rule));
        Assert.That(TSqlSubset.FindFault(sql), Is.EqualTo(error.Message), "the same without a server");
    }
}
