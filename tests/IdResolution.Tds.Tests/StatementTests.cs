using Dapper;
using Microsoft.Data.SqlClient;

namespace IdResolution.Tds.Tests;

[TestFixture]
public sealed class StatementTests : TdsTest
{
    [SetUp]
    public async Task InsertThreeAsync()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(
            "INSERT INTO dbo.[items] (id, code, name) VALUES (1, N'a', N'One'), (2, N'b', NULL), (3, N'C', N'three')"
        );
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
    [TestCase("SELECT code FROM items WHERE name LIKE N'%RE_' OR code IN (N'a', N'q') ORDER BY id", "a,C")]
    [TestCase("SELECT i.code FROM items i LEFT JOIN items j ON j.id = i.id + 1 WHERE j.id IS NULL", "C")]
    [TestCase(
        "SELECT code FROM items i WHERE EXISTS (SELECT 1 FROM items j WHERE j.id > i.id AND j.name IS NULL)",
        "a"
    )]
    [TestCase("SELECT code FROM items WHERE NOT (id = 1 OR id = 2)", "C")]
    [TestCase("SELECT code FROM items WHERE id IN (SELECT id + 1 FROM items) ORDER BY id", "b,C")]
    [TestCase(
        "SELECT CASE WHEN name IS NULL THEN N'none' ELSE name END FROM items WHERE id >= 2 ORDER BY id",
        "none,three"
    )]
    [TestCase("SELECT CAST(COUNT(*) AS nvarchar(10)) + N'/' + CAST(MAX(id) AS nvarchar(10)) FROM items", "3/3")]
    [TestCase(
        "WITH n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3) SELECT CAST(x AS nvarchar(5)) FROM n "
            + "OPTION (MAXRECURSION 0)",
        "1,2,3"
    )]
    [TestCase("SELECT COALESCE(name, N'-') FROM items WHERE id <= 2 ORDER BY id", "One,-")]
    [TestCase(
        "WITH x (k, n) AS (SELECT id / 2, id FROM items) SELECT CAST(x.k AS nvarchar(5)) + N':' + "
            + "CAST(SUM(x.n) AS nvarchar(5)) + N'/' + CAST(MIN(x.n) AS nvarchar(5)) FROM x GROUP BY x.k ORDER BY x.k",
        "0:1/1,1:5/2"
    )]
    [TestCase(
        "SELECT x.code FROM items i CROSS APPLY (SELECT TOP (1) j.code FROM items j WHERE j.id > i.id ORDER BY "
            + "j.id) AS x ORDER BY i.id",
        "b,C"
    )]
    [TestCase(
        "SELECT a.code + b.name FROM items i CROSS APPLY (SELECT TOP (1) * FROM items WHERE items.id = i.id) a "
            + "CROSS APPLY (SELECT TOP (1) * FROM items WHERE items.id = a.id + 2) b",
        "athree"
    )]
    [TestCase(
        "SELECT x.code FROM items i CROSS APPLY (SELECT TOP (1) k.code FROM items j JOIN items k ON k.id = j.id - "
            + "1 WHERE j.id = i.id) x ORDER BY i.id",
        "a,b"
    )]
    [TestCase("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = N'items'", "items")]
    [TestCase(
        "SELECT DATA_TYPE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = N'items' ORDER BY ORDINAL_POSITION",
        "bigint,nvarchar,nvarchar,varbinary,datetime2"
    )]
    [TestCase("SELECT name FROM sys.databases WHERE is_read_committed_snapshot_on = 0 AND name = N'master'", "master")]
    [TestCase("SELECT code FROM items WHERE SYSUTCDATETIME() > N'2026-01-01' AND id = 1", "a")]
    public async Task Query_OfTheSubset_GivesItsRows(string sql, string expected)
    {
        await using var connection = await OpenAsync();

        Assert.That(string.Join(',', await connection.QueryAsync<string>(sql, new { n = 2 })), Is.EqualTo(expected));
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

        Assert.That(
            await connection.ExecuteScalarAsync<int>(
                upsert,
                new
                {
                    id = 5,
                    code = "e",
                    name = "new",
                }
            ),
            Is.EqualTo(5)
        );
        Assert.That(
            await connection.ExecuteScalarAsync<int>(
                upsert,
                new
                {
                    id = 6,
                    code = "e",
                    name = "newer",
                }
            ),
            Is.Zero
        );
        Assert.That(await ScalarAsync<string>("SELECT name FROM items WHERE code = N'e'"), Is.EqualTo("newer"));
    }

    [Test]
    public async Task RowsAffected_AreCountedUnlessNoCount()
    {
        await using var connection = await OpenAsync();

        Assert.That(
            await connection.ExecuteAsync("UPDATE items SET name = N'x'; DELETE FROM items WHERE id = 1"),
            Is.EqualTo(4)
        );
        Assert.That(await connection.ExecuteAsync("SET NOCOUNT ON; DELETE FROM items"), Is.EqualTo(-1));
    }

    [Test]
    public async Task Results_Several_ComeInOrder()
    {
        await using var connection = await OpenAsync();
        await using var results = await connection.QueryMultipleAsync(
            "SELECT 1; SELECT code FROM items WHERE id = @id",
            new { id = 2 }
        );

        Assert.That(await results.ReadSingleAsync<int>(), Is.EqualTo(1));
        Assert.That(await results.ReadSingleAsync<string>(), Is.EqualTo("b"));
    }

    [Test]
    public async Task Definitions_UnderACondition_AreMadeOnce()
    {
        const string define = """
            IF NOT EXISTS (SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = N'more')
            BEGIN
                CREATE TABLE more (a int NOT NULL, b nvarchar(max) NULL, CONSTRAINT more_key PRIMARY KEY NONCLUSTERED (a), CONSTRAINT more_b UNIQUE (b));
                CREATE UNIQUE INDEX more_a ON more (a DESC) WHERE b IS NOT NULL;
            END
            """;
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(define);
        await connection.ExecuteAsync(define);
        await connection.ExecuteAsync("INSERT INTO more SELECT id, name FROM items WHERE id = 1");

        Assert.That(await ErrorAsync("INSERT INTO more (a, b) VALUES (2, N'one')"), Is.EqualTo(2627));
        Assert.That(await connection.QuerySingleAsync<(int, string)>("SELECT * FROM more"), Is.EqualTo((1, "One")));
    }

    [Test]
    public async Task Database_Made_CanUseRowVersions()
    {
        const string ask = "SELECT is_read_committed_snapshot_on FROM sys.databases WHERE name = DB_NAME()";
        await using var connection = await OpenAsync();
        Assert.That(await connection.ExecuteScalarAsync<bool>(ask), Is.False);
        await connection.ExecuteAsync("ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH NO_WAIT");

        Assert.That(await connection.ExecuteScalarAsync<bool>(ask), Is.True);
    }

    [Test]
    public async Task Variable_OfAShortType_IsCut() =>
        Assert.That(await ScalarAsync<string>("DECLARE @short nvarchar(2) = N'abc'; SELECT @short"), Is.EqualTo("ab"));

    [Test]
    public async Task Drop_AnIndexAndItsColumn_TheOthersStay()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(
            "CREATE TABLE worn (id bigint NOT NULL, old varbinary(9) NULL, kept bigint NULL)"
        );
        await connection.ExecuteAsync("CREATE UNIQUE INDEX worn_old ON worn (old) WHERE old IS NOT NULL");
        await connection.ExecuteAsync("INSERT INTO worn (id, old, kept) VALUES (1, 0x01, 2)");

        await connection.ExecuteAsync("DROP INDEX worn_old ON worn; ALTER TABLE worn DROP COLUMN old;");

        Assert.That(await connection.QuerySingleAsync<long>("SELECT kept FROM worn"), Is.EqualTo(2));
        Assert.That(
            async () => await connection.ExecuteAsync("SELECT old FROM worn"),
            Throws.InstanceOf<SqlException>()
        );
    }

    [Test]
    public async Task ExecuteAsync_TheSameDefinitionInManyDatabasesAtOnce_IsDoneInEach()
    {
        var databases = Enumerable.Range(0, 8).Select(number => $"together{number}").ToList();
        await using var master = new SqlConnection(Server.ConnectionString());
        foreach (var database in databases)
        {
            await master.ExecuteAsync($"CREATE DATABASE {database}");
        }

        await Task.WhenAll(databases.Select(Fill));

        Task Fill(string database) =>
            Task.Run(async () =>
            {
                await using var connection = new SqlConnection(Server.ConnectionString(database));
                await connection.ExecuteAsync("CREATE TABLE dbo.wide (id bigint NOT NULL)");
                for (var column = 0; column < 40; column++)
                {
                    await connection.ExecuteAsync(
                        $"ALTER TABLE dbo.wide ADD c{column} nvarchar(9) NOT NULL CONSTRAINT d{column} DEFAULT N''"
                    );
                }
            });
    }
}
