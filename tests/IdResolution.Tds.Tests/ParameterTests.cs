using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;
using Microsoft.Data.SqlClient.Server;

namespace IdResolution.Tds.Tests;

[TestFixture]
public sealed class ParameterTests : TdsTest
{
    private static readonly DateTime Moment = new(2026, 3, 4, 5, 6, 7, 89, DateTimeKind.Unspecified);

    private static IEnumerable<TestCaseData> Values()
    {
        yield return new TestCaseData(SqlDbType.Int, 0, -7);
        yield return new TestCaseData(SqlDbType.BigInt, 0, long.MaxValue);
        yield return new TestCaseData(SqlDbType.SmallInt, 0, (short)-5);
        yield return new TestCaseData(SqlDbType.Bit, 0, true);
        yield return new TestCaseData(SqlDbType.Float, 0, -1.25e-9);
        yield return new TestCaseData(SqlDbType.NVarChar, 50, "标识 'x'");
        yield return new TestCaseData(SqlDbType.NVarChar, -1, new string('长', 9000));
        yield return new TestCaseData(SqlDbType.VarBinary, 10, new byte[] { 0, 1, 255 });
        yield return new TestCaseData(SqlDbType.VarBinary, -1, new byte[20000]);
    }

    [TestCaseSource(nameof(Values))]
    public async Task Value_SentAndReadBack_IsTheSame(SqlDbType type, int size, object value)
    {
        await using var connection = await OpenAsync();
        await using var command = new SqlCommand("SELECT @value", connection);
        command.Parameters.Add("@value", type, size).Value = value;

        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(value).And.TypeOf(value.GetType()));
    }

    [TestCaseSource(nameof(Values))]
    public async Task Null_SentAndReadBack_IsNull(SqlDbType type, int size, object value)
    {
        await using var connection = await OpenAsync();
        await using var command = new SqlCommand("SELECT @value", connection);
        command.Parameters.Add("@value", type, size).Value = DBNull.Value;
        await using var reader = await command.ExecuteReaderAsync();

        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(await reader.IsDBNullAsync(0), Is.True);
        Assert.That(reader.GetFieldType(0), Is.EqualTo(value.GetType()));
    }

    [Test]
    public async Task MillionBytes_BothWays_AreTheSame()
    {
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);
        var text = new string('字', 500_000);
        await using var connection = await OpenAsync(";Packet Size=512");
        await connection.ExecuteAsync("CREATE TABLE big (data varbinary(max) NOT NULL, text nvarchar(max) NULL)");
        await connection.ExecuteAsync("INSERT INTO big (data, text) VALUES (@bytes, @text)", new { bytes, text });

        var (data, read) = await connection.QuerySingleAsync<(byte[], string)>("SELECT data, text FROM big");

        Assert.That(data, Is.EqualTo(bytes));
        Assert.That(read, Is.EqualTo(text));
    }

    [Test]
    public async Task Columns_OfEveryKind_ComeBackAsDeclared()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(
            "INSERT INTO items (id, code, name, data, at) VALUES (1, N'a', NULL, 0x0102, N'2026-03-04 05:06:07.089')"
        );
        await using var reader = await connection.ExecuteReaderAsync(
            "SELECT *, (SELECT COUNT(*) FROM items) AS n, (SELECT COUNT_BIG(*) FROM items) AS big, CASE WHEN id = "
                + "1 THEN 1 ELSE 0 END AS one, COALESCE(name, N'') AS text FROM items"
        );

        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(
            Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName),
            Is.EqualTo(
                new[] { "bigint", "nvarchar", "nvarchar", "varbinary", "datetime2", "int", "bigint", "int", "nvarchar" }
            )
        );
        Assert.That(reader.GetDateTime(4), Is.EqualTo(Moment));
    }

    [Test]
    public async Task Rows_OfATableParameter_AreInserted()
    {
        await using var connection = await OpenAsync();
        var rows = Rows((1, "a", [1]), (2, "b", null));
        var written = await connection.ExecuteAsync(
            "INSERT INTO items (id, code, data) SELECT r.id, r.code, r.data FROM @rows r",
            new { rows = rows.AsTableValuedParameter("dbo.item_list") }
        );

        Assert.That(written, Is.EqualTo(2));
        Assert.That(
            await connection.QueryAsync<(long, string, byte[])>("SELECT id, code, data FROM items ORDER BY id"),
            Is.EqualTo(new (long, string, byte[]?)[] { (1, "a", [1]), (2, "b", null) })
        );
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task TableParameter_WithoutRows_Is8009(bool isNull)
    {
        await using var connection = await OpenAsync();
        await using var command = new SqlCommand("SELECT COUNT(*) FROM @rows", connection);
        command.Parameters.Add(
            new SqlParameter("@rows", SqlDbType.Structured) { TypeName = "item_list", Value = isNull ? null : Rows() }
        );

        Assert.That((await Assert.ThrowsAsync<SqlException>(command.ExecuteScalarAsync))!.Number, Is.EqualTo(8009));
        Assert.That(await connection.ExecuteScalarAsync<int>("SELECT 5"), Is.EqualTo(5));
    }

    [Test]
    public async Task TableParameter_JoinedOnVarbinary_IsRefused()
    {
        var rows = new { rows = Rows((1, "a", [1])).AsTableValuedParameter("dbo.item_list") };
        await using var connection = await OpenAsync();
        var error = await Assert.ThrowsAsync<SqlException>(() =>
            connection.ExecuteAsync("SELECT i.id FROM @rows r JOIN items i ON i.data = r.data", rows)
        );

        Assert.That(error!.Message, Does.Contain("items.data").And.Contain("CROSS APPLY"));
    }

    [Test]
    public async Task TableParameter_Applied_FindsItsRows()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(
            "INSERT INTO items (id, code, data) VALUES (1, N'a', 0x01), (2, N'b', 0x02), (3, N'c', 0x03)"
        );
        var rows = Rows((7, "x", [3]), (8, "y", [1]), (9, "z", [9]));
        var found = await connection.QueryAsync<(long, string)>(
            "SELECT k.id, i.code FROM @rows k CROSS APPLY (SELECT TOP (1) * FROM items WHERE items.data = k.data) "
                + "AS i ORDER BY k.id",
            new { rows = rows.AsTableValuedParameter("dbo.item_list") }
        );

        Assert.That(found, Is.EqualTo(new[] { (7L, "c"), (8L, "a") }));
    }

    [Test]
    public async Task TableParameter_OfStreamedRecords_IsInserted()
    {
        await using var connection = await OpenAsync();
        await using var command = new SqlCommand(
            "INSERT INTO items (id, code, data) SELECT id, code, data FROM @rows",
            connection
        );
        command.Parameters.Add(
            new SqlParameter("@rows", SqlDbType.Structured) { TypeName = "item_list", Value = Records(3000) }
        );

        Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(3000));
        Assert.That(
            await connection.ExecuteScalarAsync<long>("SELECT MAX(id) FROM items WHERE data IS NULL"),
            Is.EqualTo(2999)
        );
    }

    private static IEnumerable<SqlDataRecord> Records(int count)
    {
        var record = new SqlDataRecord(
            new SqlMetaData("id", SqlDbType.BigInt),
            new SqlMetaData("code", SqlDbType.NVarChar, 20),
            new SqlMetaData("data", SqlDbType.VarBinary, 8)
        );
        for (var index = 0; index < count; index++)
        {
            record.SetInt64(0, index);
            record.SetString(1, $"code {index}");
            record.SetDBNull(2);
            yield return record;
        }
    }

    [Test]
    public async Task TableParameter_OfAnUnknownType_Is2715() =>
        Assert.That(
            await ErrorAsync(
                "SELECT COUNT(*) FROM @rows",
                new { rows = Rows((1, "a", null)).AsTableValuedParameter("dbo.nothing") }
            ),
            Is.EqualTo(2715)
        );

    [Test]
    public async Task TableParameter_JoinedInUpdateAndDelete_PicksItsRows()
    {
        await using var connection = await OpenAsync();
        await InsertAsync(1, "a");
        await InsertAsync(2, "b");
        await InsertAsync(3, "c");
        var rows = Rows((1, "x", [9]), (3, "z", null));
        await connection.ExecuteAsync(
            "UPDATE i SET data = r.data, name = r.code FROM items i JOIN @rows r ON r.id = i.id",
            new { rows = rows.AsTableValuedParameter("dbo.item_list") }
        );
        await connection.ExecuteAsync(
            "DELETE i FROM items AS i JOIN @rows AS r ON r.id = i.id WHERE r.code = N'z'",
            new { rows = rows.AsTableValuedParameter("dbo.item_list") }
        );

        Assert.That(
            await connection.QueryAsync<(long, string)>("SELECT id, name FROM items ORDER BY id"),
            Is.EqualTo(new (long, string?)[] { (1, "x"), (2, null) })
        );
    }

    [Test]
    public async Task TableParameter_AppliedInUpdateAndDelete_PicksItsRows()
    {
        const string find =
            "FROM @rows r CROSS APPLY (SELECT TOP (1) data FROM items WHERE data = r.data) f JOIN items i ON "
            + "i.data = f.data";
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(
            "INSERT INTO items (id, code, data) VALUES (1, N'a', 0x01), (2, N'b', 0x02), (3, N'c', 0x03)"
        );
        var rows = new { rows = Rows((0, "x", [1]), (0, "y", [3])).AsTableValuedParameter("dbo.item_list") };
        await connection.ExecuteAsync($"UPDATE i SET name = r.code {find}", rows);
        await connection.ExecuteAsync($"DELETE i {find} WHERE r.code = N'y' OPTION (LOOP JOIN)", rows);

        var left = await connection.QueryAsync<(long, string)>("SELECT id, name FROM items ORDER BY id");
        Assert.That(left, Is.EqualTo(new (long, string?)[] { (1, "x"), (2, null) }));
    }

    private static DataTable Rows(params (long Id, string Code, byte[]? Data)[] rows)
    {
        var table = new DataTable();
        table.Columns.Add("id", typeof(long));
        table.Columns.Add("code", typeof(string));
        table.Columns.Add("data", typeof(byte[]));
        foreach (var (id, code, data) in rows)
        {
            table.Rows.Add(id, code, data);
        }

        return table;
    }
}
