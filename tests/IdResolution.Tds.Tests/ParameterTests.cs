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
        yield return new TestCaseData(SqlDbType.TinyInt, 0, (byte)200);
        yield return new TestCaseData(SqlDbType.Bit, 0, true);
        yield return new TestCaseData(SqlDbType.Float, 0, 1.25);
        yield return new TestCaseData(SqlDbType.Real, 0, 2.5f);
        yield return new TestCaseData(SqlDbType.NVarChar, 50, "标识 'x'");
        yield return new TestCaseData(SqlDbType.NVarChar, -1, new string('长', 9000));
        yield return new TestCaseData(SqlDbType.VarChar, 20, "plain");
        yield return new TestCaseData(SqlDbType.VarBinary, 10, new byte[] { 0, 1, 255 });
        yield return new TestCaseData(SqlDbType.VarBinary, -1, new byte[20000]);
        yield return new TestCaseData(SqlDbType.DateTime2, 0, Moment.AddTicks(1234567));
        yield return new TestCaseData(SqlDbType.DateTime, 0, new DateTime(2026, 3, 4, 5, 6, 7, 90));
        yield return new TestCaseData(SqlDbType.Date, 0, Moment.Date);
        yield return new TestCaseData(SqlDbType.DateTimeOffset, 0, new DateTimeOffset(Moment, TimeSpan.FromHours(8)));
        yield return new TestCaseData(SqlDbType.UniqueIdentifier, 0, new Guid("00112233-4455-6677-8899-AABBCCDDEEFF"));
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
    public async Task Decimal_SentAndReadBack_IsTheSame()
    {
        await using var connection = await OpenAsync();
        await using var command = new SqlCommand("SELECT @value", connection);
        command.Parameters.Add(new SqlParameter("@value", SqlDbType.Decimal) { Precision = 20, Scale = 4, Value = -1234567890123.4567m });

        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(-1234567890123.4567m));
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
        await connection.ExecuteAsync("INSERT INTO items (id, code, name, data, at) VALUES (1, N'a', NULL, 0x0102, N'2026-03-04 05:06:07.089')");
        await using var reader = await connection.ExecuteReaderAsync("SELECT *, COUNT(*) OVER () AS n, COUNT_BIG(*) OVER () AS big, CASE WHEN id = 1 THEN 1 ELSE 0 END AS one, ISNULL(name, N'') AS text FROM items");

        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(
            Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName),
            Is.EqualTo(new[] { "bigint", "nvarchar", "nvarchar", "varbinary", "datetime2", "int", "bigint", "int", "nvarchar" }));
        Assert.That(reader.GetDateTime(4), Is.EqualTo(Moment));
    }

    [Test]
    public async Task Output_OfAParameter_ComesBack()
    {
        var parameters = new DynamicParameters();
        parameters.Add("@sum", dbType: DbType.Int64, direction: ParameterDirection.Output);
        parameters.Add("@one", 40L);
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("SET @sum = @one + 2", parameters);

        Assert.That(parameters.Get<long>("@sum"), Is.EqualTo(42));
    }

    [Test]
    public async Task Rows_OfATableParameter_AreInserted()
    {
        await using var connection = await OpenAsync();
        var rows = Rows((1, "a", [1]), (2, "b", null));
        var written = await connection.ExecuteAsync("INSERT INTO items (id, code, data) SELECT r.id, r.code, r.data FROM @rows r", new { rows = rows.AsTableValuedParameter("dbo.item_list") });

        Assert.That(written, Is.EqualTo(2));
        Assert.That(await connection.QueryAsync<(long, string, byte[])>("SELECT id, code, data FROM items ORDER BY id"), Is.EqualTo(new (long, string, byte[]?)[] { (1, "a", [1]), (2, "b", null) }));
    }

    [Test]
    public async Task TableParameter_Empty_HasNoRows()
    {
        await using var connection = await OpenAsync();

        Assert.That(await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM @rows", new { rows = Rows().AsTableValuedParameter("dbo.item_list") }), Is.Zero);
    }

    [Test]
    public async Task TableParameter_Null_HasNoRows()
    {
        await using var connection = await OpenAsync();
        await using var command = new SqlCommand("SELECT COUNT(*) FROM @rows r JOIN items i ON i.id = r.id; SELECT @after", connection);
        command.Parameters.Add(new SqlParameter("@rows", SqlDbType.Structured) { TypeName = "item_list", Value = null });
        command.Parameters.AddWithValue("@after", "still read");
        await using var reader = await command.ExecuteReaderAsync();

        Assert.That(await reader.ReadAsync() ? reader.GetInt32(0) : -1, Is.Zero);
        Assert.That(await reader.NextResultAsync() && await reader.ReadAsync() ? reader.GetString(0) : "", Is.EqualTo("still read"));
    }

    [Test]
    public async Task TableParameter_OfStreamedRecords_IsInserted()
    {
        await using var connection = await OpenAsync();
        await using var command = new SqlCommand("INSERT INTO items (id, code, data) SELECT id, code, data FROM @rows", connection);
        command.Parameters.Add(new SqlParameter("@rows", SqlDbType.Structured) { TypeName = "item_list", Value = Records(3000) });

        Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(3000));
        Assert.That(await connection.ExecuteScalarAsync<long>("SELECT SUM(id) FROM items WHERE data IS NULL"), Is.EqualTo(3000L * 2999 / 2));
    }

    private static IEnumerable<SqlDataRecord> Records(int count)
    {
        var record = new SqlDataRecord(new SqlMetaData("id", SqlDbType.BigInt), new SqlMetaData("code", SqlDbType.NVarChar, 20), new SqlMetaData("data", SqlDbType.VarBinary, 8));
        for (var index = 0; index < count; index++)
        {
            record.SetInt64(0, index);
            record.SetString(1, $"code {index}");
            record.SetDBNull(2);
            yield return record;
        }
    }

    [Test]
    public async Task TableParameter_OfAnUnknownType_Is2715()
        => Assert.That(await ErrorAsync("SELECT COUNT(*) FROM @rows", new { rows = Rows((1, "a", null)).AsTableValuedParameter("dbo.nothing") }), Is.EqualTo(2715));

    [Test]
    public async Task TableParameter_JoinedInUpdateAndDelete_PicksItsRows()
    {
        await using var connection = await OpenAsync();
        await InsertAsync(1, "a");
        await InsertAsync(2, "b");
        await InsertAsync(3, "c");
        var rows = Rows((1, "x", [9]), (3, "z", null));
        await connection.ExecuteAsync("UPDATE i SET data = r.data, name = r.code FROM items i JOIN @rows r ON r.id = i.id", new { rows = rows.AsTableValuedParameter("dbo.item_list") });
        await connection.ExecuteAsync("DELETE i FROM items AS i JOIN @rows AS r ON r.id = i.id WHERE r.code = N'z'", new { rows = rows.AsTableValuedParameter("dbo.item_list") });

        Assert.That(await connection.QueryAsync<(long, string)>("SELECT id, name FROM items ORDER BY id"), Is.EqualTo(new (long, string?)[] { (1, "x"), (2, null) }));
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
