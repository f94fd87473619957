using Dapper;

namespace IdResolution.Tds.Tests;

[TestFixture]
public sealed class StatementTests : TdsTest
{
    [SetUp]
    public async Task InsertThreeAsync()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("INSERT INTO dbo.[items] (id, code, name) VALUES (1, N'a', N'One'), (2, N'b', NULL), (3, N'C', N'three')");
    }

    [TestCase("SELECT TOP (@n) code FROM items ORDER BY id DESC", "C,b")]
    [TestCase("SELECT TOP 2 code FROM items ORDER BY id", "a,b")]
    [TestCase("SELECT code FROM items ORDER BY id OFFSET 1 ROWS FETCH NEXT @n ROWS ONLY", "b,C")]
    [TestCase("SELECT code FROM items WHERE id > 1 ORDER BY id OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY", "b")]
    [TestCase("SELECT code FROM items ORDER BY code", "C,a,b", Description = "BIN2: capitals first")]
    [TestCase("SELECT name FROM items WHERE name IS NOT NULL ORDER BY name", "One,three")]
    [TestCase("SELECT code FROM items WHERE code = N'a   '", "a", Description = "blanks at the end do not count")]
    [TestCase("SELECT code FROM items WHERE code = N'A'", "", Description = "BIN2 knows case")]
    [TestCase("SELECT code FROM items WHERE name = N'ONE'", "a", Description = "the default does not")]
    [TestCase("SELECT code FROM items WHERE LOWER(name) LIKE N'%re_' OR code IN (N'a', N'q') ORDER BY id", "a,C")]
    [TestCase("SELECT i.code FROM items i LEFT JOIN items j ON j.id = i.id + 1 WHERE j.id IS NULL", "C")]
    [TestCase("SELECT code FROM items i WHERE EXISTS (SELECT 1 FROM items j WHERE j.id > i.id AND j.name IS NULL)", "a")]
    [TestCase("SELECT code FROM items WHERE NOT (id = 1 OR id = 2)", "C")]
    [TestCase("SELECT CASE WHEN name IS NULL THEN N'none' ELSE name END FROM items WHERE id BETWEEN 2 AND 3 ORDER BY id", "none,three")]
    [TestCase("SELECT code FROM items WHERE id = 1 UNION ALL SELECT name FROM items WHERE id = 3", "a,three")]
    [TestCase("SELECT CAST(COUNT(*) AS nvarchar(10)) + N'/' + CAST(MAX(id) AS nvarchar(10)) FROM items GROUP BY CASE WHEN name IS NULL THEN 0 ELSE 1 END ORDER BY COUNT(*)", "1/2,2/3")]
    [TestCase("WITH n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3) SELECT CAST(x AS nvarchar(5)) FROM n OPTION (MAXRECURSION 0)", "1,2,3")]
    [TestCase("SELECT v.t FROM (VALUES (1, N'x'), (2, N'y')) AS v (n, t) JOIN items i ON i.id = v.n ORDER BY v.n", "x,y")]
    [TestCase("SELECT COALESCE(name, N'-') + ISNULL(name, N'?') + IIF(id = 2, N'!', N'') FROM items WHERE id = 2", "-?!")]
    [TestCase("SELECT j.code FROM OPENJSON(N'[{\"id\":7,\"code\":\"q\"}]') WITH (id bigint '$.id', code nvarchar(5) '$.code') AS j WHERE j.id = 7", "q")]
    [TestCase("SELECT name FROM sys.tables WHERE name = N'items'", "items")]
    [TestCase("SELECT DATA_TYPE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = N'items' ORDER BY ORDINAL_POSITION", "bigint,nvarchar,nvarchar,varbinary,datetime2")]
    [TestCase("SELECT name FROM sys.indexes WHERE object_id = OBJECT_ID(N'dbo.items') AND is_unique = 1", "items_code")]
    [TestCase("SELECT name FROM sys.table_types", "item_list")]
    [TestCase("SELECT name FROM sys.databases WHERE is_read_committed_snapshot_on = 0 ORDER BY name", "master,registry")]
    [TestCase("SELECT CONVERT(nvarchar(30), LEN(N'ab  ')) + N',' + CAST(DATALENGTH(N'ab  ') AS nvarchar(9)) + N',' + CAST(7 / 2 AS nvarchar(9))", "2,8,3")]
    [TestCase("SELECT code FROM items WHERE DATEDIFF_BIG(MICROSECOND, '1970-01-01', SYSUTCDATETIME()) > 1700000000000000 AND id = 1", "a")]
    public async Task Query_OfTheSubset_GivesItsRows(string sql, string expected)
    {
        await using var connection = await OpenAsync();

        Assert.That(string.Join(',', await connection.QueryAsync<string>(sql, new { n = 2 })), Is.EqualTo(expected));
    }

    [Test]
    public async Task Output_OfInsertUpdateAndDelete_GivesTheRows()
    {
        await using var connection = await OpenAsync();

        Assert.That(await connection.QueryAsync<(long, string)>("INSERT INTO items (id, code) OUTPUT inserted.id, inserted.code VALUES (8, N'x'), (9, N'y')"), Is.EqualTo(new[] { (8L, "x"), (9L, "y") }));
        Assert.That(await connection.QuerySingleAsync<(string, string)>("UPDATE items SET code = N'z' OUTPUT deleted.code, inserted.code WHERE id = 9"), Is.EqualTo(("y", "z")));
        Assert.That(await connection.QuerySingleAsync<long>("UPDATE items SET id = id + 100 OUTPUT inserted.id - 1 WHERE id = 9"), Is.EqualTo(108));
        Assert.That(await connection.QueryAsync<string>("DELETE FROM items OUTPUT deleted.code WHERE id > 7"), Is.EquivalentTo(new[] { "x", "z" }));
    }

    [Test]
    public async Task Upsert_ByRowCount_UpdatesOrInserts()
    {
        const string upsert = """
            UPDATE items SET name = @name WHERE code = @code;
            IF @@ROWCOUNT = 0
            BEGIN
                INSERT INTO items (id, code, name) VALUES (@id, @code, @name);
            END
            ELSE SET @id = 0;
            SELECT @id
            """;
        await using var connection = await OpenAsync();

        Assert.That(await connection.ExecuteScalarAsync<int>(upsert, new { id = 5, code = "e", name = "new" }), Is.EqualTo(5));
        Assert.That(await connection.ExecuteScalarAsync<int>(upsert, new { id = 6, code = "e", name = "newer" }), Is.Zero);
        Assert.That(await ScalarAsync<string>("SELECT name FROM items WHERE code = N'e'"), Is.EqualTo("newer"));
    }

    [Test]
    public async Task RowsAffected_AreCountedUnlessNoCount()
    {
        await using var connection = await OpenAsync();

        Assert.That(await connection.ExecuteAsync("UPDATE items SET name = N'x'; DELETE FROM items WHERE id = 1"), Is.EqualTo(4));
        Assert.That(await connection.ExecuteAsync("SET NOCOUNT ON; DELETE FROM items"), Is.EqualTo(-1));
    }

    [Test]
    public async Task Results_Several_ComeInOrder()
    {
        await using var connection = await OpenAsync();
        await using var results = await connection.QueryMultipleAsync("SELECT 1; SELECT code FROM items WHERE id = @id", new { id = 2 });

        Assert.That(await results.ReadSingleAsync<int>(), Is.EqualTo(1));
        Assert.That(await results.ReadSingleAsync<string>(), Is.EqualTo("b"));
    }

    [Test]
    public async Task Identity_IsNumberedAndTold()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("CREATE TABLE audit (id bigint IDENTITY(1,1) NOT NULL, what nvarchar(10) NOT NULL, n int NOT NULL DEFAULT 7, CONSTRAINT audit_key PRIMARY KEY (id))");

        Assert.That(await connection.ExecuteScalarAsync<long>("INSERT INTO audit (what) VALUES (N'a'), (N'b'); SELECT SCOPE_IDENTITY()"), Is.EqualTo(2));
        Assert.That(await connection.QueryAsync<(long, int)>("INSERT INTO audit (what) OUTPUT inserted.id, inserted.n SELECT code FROM items WHERE id = 1"), Is.EqualTo(new[] { (3L, 7) }));
        await connection.ExecuteAsync("TRUNCATE TABLE audit");
        Assert.That(await connection.ExecuteScalarAsync<long>("INSERT INTO audit (what) OUTPUT inserted.id VALUES (N'again')"), Is.EqualTo(1));
    }

    [Test]
    public async Task Definitions_OfAllKinds_Work()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("""
            IF NOT EXISTS (SELECT 1 FROM sys.tables WHERE name = N'more')
            BEGIN
                CREATE TABLE more (a int NOT NULL, b nvarchar(max) NULL, CONSTRAINT more_key PRIMARY KEY NONCLUSTERED (a), CONSTRAINT more_b UNIQUE (b), CONSTRAINT more_positive CHECK (a > 0));
            END
            """);
        await connection.ExecuteAsync("ALTER TABLE more ADD c bit NOT NULL DEFAULT 0");
        await connection.ExecuteAsync("INSERT INTO more (a) VALUES (1)");
        await connection.ExecuteAsync("CREATE UNIQUE INDEX more_c ON more (c) WHERE b IS NOT NULL");
        Assert.That(await connection.ExecuteScalarAsync<bool>("SELECT c FROM more"), Is.False);
        Assert.That(await ErrorAsync("INSERT INTO more (a) VALUES (0)"), Is.EqualTo(547));
        await connection.ExecuteAsync("DROP INDEX more_c ON more; DROP TABLE more; DROP TYPE dbo.item_list");

        Assert.That(await ErrorAsync("SELECT * FROM more"), Is.EqualTo(208));
    }

    [Test]
    public async Task Database_MadeAndDropped_IsGone()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("CREATE DATABASE other");
        await connection.ExecuteAsync("ALTER DATABASE other SET READ_COMMITTED_SNAPSHOT ON");
        await connection.ExecuteAsync("USE other");
        Assert.That(await connection.ExecuteScalarAsync<bool>("SELECT is_read_committed_snapshot_on FROM sys.databases WHERE name = DB_NAME()"), Is.True);
        await connection.ExecuteAsync("USE registry; DROP DATABASE other");

        Assert.That(await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM sys.databases WHERE name = N'other'"), Is.Zero);
    }

    [Test]
    public async Task Options_WithoutSemicolons_AreReadApart()
        => Assert.That(
            await ScalarAsync<int>("SET LOCK_TIMEOUT -1 SET TRANSACTION ISOLATION LEVEL READ COMMITTED SET NOCOUNT ON SET XACT_ABORT ON SELECT @@LOCK_TIMEOUT + @@TRANCOUNT"),
            Is.EqualTo(-1));

    [Test]
    public async Task TableVariable_Declared_HoldsRows()
        => Assert.That(await ScalarAsync<int>("DECLARE @t TABLE (n int NOT NULL); INSERT INTO @t (n) SELECT id FROM items; SELECT SUM(n) FROM @t"), Is.EqualTo(6));

    [Test]
    public async Task Variable_OfAShortType_IsCut()
        => Assert.That(await ScalarAsync<string>("DECLARE @short nvarchar(2) = N'abc'; SELECT @short"), Is.EqualTo("ab"));
}
