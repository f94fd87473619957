namespace IdResolution.Tds.Tests;

/// <summary>The rules that T-SQL of the project keeps to, each with a statement that breaks it.</summary>
[TestFixture]
public sealed class SubsetTests
{
    private static readonly IReadOnlySet<string> s_binary = TSqlSubset.BinaryColumns(
        "CREATE TABLE dbo.items (id bigint NOT NULL, data varbinary(8) NULL); ALTER TABLE items ADD more "
            + "varbinary(max) NULL"
    );

    [TestCase("MERGE items AS t USING items AS s ON t.id = s.id WHEN MATCHED THEN DELETE;", "MERGE")]
    [TestCase("CREATE TABLE t (a int NULL, INDEX i (a))", "INDEX")]
    [TestCase("CREATE TABLE t (a int NULL INDEX i)", "INDEX")]
    [TestCase("CREATE TABLE t (a int NULL REFERENCES items (id))", "FOREIGN KEY")]
    [TestCase("CREATE TABLE t (a int NULL, CONSTRAINT t_items FOREIGN KEY (a) REFERENCES items (id))", "FOREIGN KEY")]
    [TestCase("CREATE TABLE t (a int PRIMARY KEY)", "constraints")]
    [TestCase("CREATE TABLE t (a int NULL, UNIQUE (a))", "constraints")]
    [TestCase("CREATE OR ALTER VIEW v AS SELECT id FROM items", "CREATE OR ALTER")]
    [TestCase("ALTER TABLE items ADD a int NULL, b int NULL", "several columns")]
    [TestCase("ALTER TABLE items ALTER COLUMN name nvarchar(10) NOT NULL", "ALTER COLUMN")]
    [TestCase("WITH c AS (SELECT id FROM items) DELETE FROM c", "common table expression")]
    [TestCase("WITH c AS (SELECT id FROM items) UPDATE c SET id = 1", "common table expression")]
    [TestCase("SELECT TOP (1) WITH TIES id FROM items ORDER BY id", "TOP")]
    [TestCase("SELECT TOP (1) PERCENT id FROM items ORDER BY id", "TOP")]
    [TestCase("SELECT 1 FROM items WHERE name IS DISTINCT FROM code", "DISTINCT")]
    [TestCase("SELECT value FROM GENERATE_SERIES(1, 3)", "GENERATE_SERIES")]
    [TestCase("SELECT value FROM STRING_SPLIT(N'a,b', N',', 1)", "STRING_SPLIT")]
    [TestCase("SELECT value FROM STRING_SPLIT(N'a,b', N',')", "STRING_SPLIT")]
    [TestCase("SELECT JSON_MODIFY(N'{}', '$.a', 1)", "JSON_MODIFY")]
    [TestCase("EXEC sys.sp_sequence_get_range N's', 5, 1", "sp_sequence_get_range")]
    [TestCase("SELECT NEXT VALUE FOR s OVER (ORDER BY id) FROM items", "OVER")]
    [TestCase("WAITFOR DELAY '00:00:01'", "WAITFOR")]
    [TestCase("SELECT id FROM items WITH (UPDLOCK, HOLDLOCK)", "hints")]
    [TestCase("SELECT id FROM items i WITH (READPAST)", "hints")]
    [TestCase("UPDATE items WITH (ROWLOCK) SET name = N'x'", "hints")]
    [TestCase("INSERT INTO items WITH (TABLOCK) (id, code) VALUES (5, N'x')", "hints")]
    [TestCase("UPDATE items SET @x = id = 5", "@variable")]
    [TestCase("CREATE TABLE #t (a int NULL)", "#temp")]
    [TestCase("SELECT id INTO #t FROM items", "#temp")]
    [TestCase("CREATE SYNONYM s FOR items", "synonyms")]
    [TestCase("CREATE CLUSTERED COLUMNSTORE INDEX c ON items", "columnstore")]
    [TestCase("SELECT id FROM items WHERE CONTAINS(name, N'x')", "full text")]
    [TestCase(
        "CREATE TABLE t (a int NOT NULL, b datetime2 GENERATED ALWAYS AS ROW START NOT NULL, c datetime2 GENERATED "
            + "ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME (b, c))",
        "temporal"
    )]
    [TestCase("SELECT a FROM t LIMIT 5", "'LIMIT'")]
    [TestCase("SELECT a || b FROM t", "'|'")]
    [TestCase("SELECT FROM items", "near")]
    [TestCase("UPDATE items SET id = id + @n OUTPUT inserted.id", "OUTPUT of a computed column")]
    [TestCase("UPDATE items SET id += 5 OUTPUT inserted.*", "OUTPUT of a computed column")]
    [TestCase(
        "UPDATE items SET id = CASE WHEN id > 1 THEN 2 ELSE 3 END OUTPUT deleted.id, inserted.[ID] - 1 INTO t",
        "OUTPUT of a computed column"
    )]
    [TestCase("SELECT i.id FROM @rows r JOIN items i ON i.data = r.data", "items.data")]
    [TestCase("SELECT i.id FROM @rows JOIN dbo.items i ON [@rows].data = i.DATA", "items.DATA")]
    [TestCase("SELECT i.id FROM @rows r, items i WHERE r.id = i.id AND r.data = i.more", "items.more")]
    [TestCase("UPDATE i SET id = 5 FROM items i LEFT JOIN @rows r ON r.id = i.id AND r.data = i.data", "items.data")]
    [TestCase("DELETE i FROM items i JOIN @rows r ON r.data = i.data", "items.data")]
    [TestCase("SELECT 1 WHERE EXISTS (SELECT 1 FROM items i JOIN @rows r ON r.data = i.data)", "items.data")]
    public void Statement_OutsideTheSubset_IsNamed(string sql, string rule) =>
        Assert.That(
            TSqlSubset.FindFaults($"\n{sql}", s_binary),
            Has.Some.Contains(rule).And.Some.StartsWith("line 2: ")
        );

    [TestCase("UPDATE items SET id = @n, code = N'x' OUTPUT inserted.id, inserted.code, deleted.name")]
    [TestCase("UPDATE items SET id = id + 1, code = @c OUTPUT inserted.code, deleted.id")]
    [TestCase("SELECT i.id FROM @rows r JOIN items i ON i.id = r.id")]
    [TestCase("SELECT i.id FROM @rows r CROSS APPLY (SELECT TOP (1) * FROM items WHERE items.data = r.data) i")]
    [TestCase("SELECT i.id FROM items i WHERE i.data IN (@k0, @k1)")]
    [TestCase("SELECT i.id FROM items i JOIN items j ON j.data = i.data")]
    [TestCase(
        "DELETE i FROM @rows r CROSS APPLY (SELECT TOP (1) * FROM items WHERE items.data = r.data) f JOIN items i "
            + "ON i.data = f.data"
    )]
    [TestCase("SELECT r.id FROM @rows r WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.data = r.data)")]
    [TestCase("CREATE TYPE dbo.rows AS TABLE (id bigint NOT NULL PRIMARY KEY)")]
    [TestCase("GO\nDELETE FROM items OPTION (LOOP JOIN);\nGO")]
    public void Statement_OfTheSubset_HasNoFault(string sql) =>
        Assert.That(TSqlSubset.FindFaults(sql, s_binary), Is.Empty);
}
