using IdResolution.Core.Identifiers;
using IdResolution.Core.Statistics;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>What is refused when a database is opened, and what the operator is told.</summary>
public sealed class EmbeddedFileOpeningTests
{
    private TemporaryDirectory _directory = null!;

    private string File => _directory.File(SqliteDatabase.FileName);

    [SetUp]
    public void Make() => _directory = new TemporaryDirectory();

    [TearDown]
    public void Drop() => _directory.Dispose();

    [Test]
    public async Task Open_FileCutShort_IsRefusedWithWhatToDo()
    {
        await FillAsync();
        using (var stream = new FileStream(File, FileMode.Open))
        {
            stream.SetLength(stream.Length / 2);
        }

        var refusal = Assert.Throws<DatabaseUnusableException>(() => SqliteDatabase.Open(File, TimeProvider.System));

        Assert.That(refusal!.Message, Does.Contain("idnode restore FILE --data DIR"));
    }

    [Test]
    public void Open_NotADatabase_IsRefusedWithWhatToDo()
    {
        System.IO.File.WriteAllText(File, new string('x', 10_000));

        var refusal = Assert.Throws<DatabaseUnusableException>(() => SqliteDatabase.Open(File, TimeProvider.System));

        Assert.That(refusal!.Message, Does.Contain("idnode doctor").And.Contain("idnode restore"));
        Assert.That(System.IO.File.ReadAllText(File), Is.EqualTo(new string('x', 10_000)), "and left as it is");
    }

    [Test]
    public void Open_NewerSchema_IsRefusedWithWhatToDo()
    {
        SqliteDatabase.Open(File, TimeProvider.System);
        RawSql.Run(
            File,
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (99, '099_future.sql', 'x', 0)"
        );

        var refusal = Assert.Throws<DatabaseUnusableException>(() => SqliteDatabase.Open(File, TimeProvider.System));

        Assert.That(
            refusal!.Message,
            Does.Contain("schema version 99, newer than this node's").And.Contain("Use the newer idnode")
        );
    }

    [Test]
    public void Open_MigrationNotTheOneKnown_IsRefused()
    {
        SqliteDatabase.Open(File, TimeProvider.System);
        RawSql.Run(File, "UPDATE schema_migrations SET checksum = 'drifted' WHERE version = 1");

        var refusal = Assert.Throws<DatabaseUnusableException>(() => SqliteDatabase.Open(File, TimeProvider.System));

        Assert.That(refusal!.Message, Does.Contain("Schema version 1").And.Contain("Use the idnode that made it"));
    }

    [Test]
    public async Task Open_LockedByAnotherProgram_IsRefusedInsteadOfHanging()
    {
        SqliteDatabase.Open(File, TimeProvider.System);
        using var other = RawSql.Connect(File);
        RawSql.Run(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");

        var refusal = await Assert.ThrowsAsync<DatabaseUnusableException>(() =>
            Task.Run(() => SqliteDatabase.Open(File, TimeProvider.System)).Soon()
        );

        Assert.That(refusal!.Message, Does.Contain("no other program has it locked"));
    }

    [Test]
    public void Open_DirectoryMissing_IsRefused() =>
        Assert.Throws<DatabaseUnusableException>(() =>
            SqliteDatabase.Open(_directory.File("none/idnode.db"), TimeProvider.System)
        );

    [Test]
    public async Task Open_ManyAtOnceOnAnEmptyPath_AllSucceedWithOneMigration()
    {
        for (var round = 0; round < 5; round++)
        {
            var file = _directory.File($"race-{round}.db");

            await Task.WhenAll(
                    Enumerable.Range(0, 4).Select(_ => Task.Run(() => SqliteDatabase.Open(file, TimeProvider.System)))
                )
                .Soon();

            Assert.That(
                RawSql.Run(file, "SELECT COUNT(*) FROM schema_migrations"),
                Is.EqualTo(SqliteMigrator.Plan.Migrations.Count)
            );
            Assert.That(RawSql.Run(file, "SELECT COUNT(*) FROM counters WHERE name <> 'epoch'"), Is.EqualTo(3));
        }
    }

    [TestCase(42)]
    [TestCase(0)]
    public async Task Open_CursorKeptAmongTheCounters_IsThatOfTheReader(long counted)
    {
        // As the first two scripts left it.
        RawSql.Run(
            File,
            "CREATE TABLE schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT "
                + "NOT NULL, applied_at INTEGER NOT NULL)"
        );
        foreach (var script in Script.All("Sqlite").Take(2))
        {
            RawSql.Run(File, script.Sql);
            RawSql.Run(
                File,
                $"INSERT INTO schema_migrations VALUES ({script.Version}, '{script.Name}', '{script.Checksum}', 0)"
            );
        }
        RawSql.Run(File, $"UPDATE counters SET value = {counted} WHERE name = 'statistics'");

        using var store = SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System));

        Assert.That(
            await store.Readers.CursorAsync(LogCounter.ReaderName, CancellationToken.None),
            Is.EqualTo(counted)
        );
        Assert.That(RawSql.Run(File, "SELECT COUNT(*) FROM counters WHERE name = 'statistics'"), Is.EqualTo(0));
    }

    [Test]
    public async Task Open_AgainAfterACrash_FindsWhatWasCommitted()
    {
        using var store = SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System));
        await WriteAsync(store);
        // The files as a power cut would leave them: nothing checkpointed, the index of the log lost.
        var copy = _directory.File("copy.db");
        System.IO.File.Copy(File, copy);
        System.IO.File.Copy(File + "-wal", copy + "-wal");

        using var again = SqliteStore.Open(SqliteDatabase.Open(copy, TimeProvider.System));

        Assert.That(await again.Log.HeadAsync(CancellationToken.None), Is.EqualTo(300));
        Assert.That(
            (await again.Records.FindAsync(LookupKey.Of("88.1/299"), CancellationToken.None)).Record,
            Is.Not.Null
        );
    }

    [Test]
    public async Task Open_AfterAKillWhileTheLogWasCopied_FindsWhatWasCommitted()
    {
        const int HeaderBytes = 100;
        var copy = _directory.File("copy.db");
        using (var store = SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System)))
        {
            await WriteAsync(store);
            System.IO.File.Copy(File, copy);
            System.IO.File.Copy(File + "-wal", copy + "-wal");
            System.IO.File.Copy(File + FileMark.Suffix, copy + FileMark.Suffix);
        }
        // A checkpoint copies the first page first: it tells of pages that the file does not have yet.
        using (var whole = System.IO.File.OpenRead(File))
        using (var partial = System.IO.File.OpenWrite(copy))
        {
            Assert.That(whole.Length, Is.GreaterThan(partial.Length));
            var header = new byte[HeaderBytes];
            whole.ReadExactly(header);
            partial.Write(header);
        }

        using var again = SqliteStore.Open(SqliteDatabase.Open(copy, TimeProvider.System));

        Assert.That(await again.Log.HeadAsync(CancellationToken.None), Is.EqualTo(300));
    }

    private async Task FillAsync()
    {
        using var store = SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System));
        await WriteAsync(store);
    }

    private static async Task WriteAsync(NodeStore store) =>
        await store
            .Records.WriteAsync(
                [.. Enumerable.Range(0, 300).Select(i => RecordWrites.Registration($"88.1/{i}", new string('x', 500)))],
                CancellationToken.None
            )
            .Soon();
}
