using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Backups put in the place of a database: only good ones, and never at the price of what was there.</summary>
public sealed class EmbeddedFileRestoreTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private TemporaryDirectory _directory = null!;

    private string File => _directory.File(SqliteDatabase.FileName);

    private string Backup => _directory.File("backup.db");

    /// <summary>A backup with one record, and a database that went on to two.</summary>
    [SetUp]
    public async Task MakeAsync()
    {
        _directory = new TemporaryDirectory();
        using var node = await EmbeddedNode.OpenAsync(File);
        await node.RegisterAsync("S1");
        await SqliteBackup.BackupAsync(File, Backup, null, CancellationToken.None).Soon();
        await node.RegisterAsync("S2");
    }

    [TearDown]
    public void Drop() => _directory.Dispose();

    [Test]
    public async Task RestoreAsync_GoodBackup_TakesThePlaceAndKeepsTheOldOne()
    {
        var steps = new List<(string Step, double Done)>();

        var aside = (await RestoreAsync(progress: new Collected<(string, double)>(steps))).Aside;

        Assert.That(Path.GetFileName(aside), Is.EqualTo("idnode.db.before-restore-20260301T080000Z"));
        Assert.That((Records(File), Records(aside!)), Is.EqualTo((1, 2)));
        Assert.That(steps.Select(s => s.Step), Is.SupersetOf(new[] { "copy", "integrity", "log", "records", "swap" }));
        Assert.That(
            Files(),
            Is.EquivalentTo(
                new[]
                {
                    "backup.db",
                    "idnode.db",
                    "idnode.db.before-restore-20260301T080000Z",
                    "idnode.db.before-restore-20260301T080000Z.lost.jsonl",
                }
            )
        );
        using var node = await EmbeddedNode.OpenAsync(File);
        Assert.That((await node.RegisterAsync("S3")).Outcome, Is.EqualTo(Core.Records.WriteOutcome.Created));
    }

    [Test]
    public async Task RestoreAsync_TwiceInASecond_KeepsBoth()
    {
        var first = await RestoreAsync();
        var second = await RestoreAsync();

        Assert.That((Records(first.Aside!), Records(second.Aside!)), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task RestoreAsync_NodeKilledBefore_KeepsItsLastCommitsInTheOldOne()
    {
        // The files as a kill leaves them: the newest commit is in the write-ahead log alone, which must not be
        // replayed into the restored one.
        using (var connection = RawSql.Connect(File))
        {
            RawSql.Run(
                connection,
                "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_mode = WAL; INSERT INTO settings VALUES ('late', 'x')"
            );
            System.IO.File.Copy(File, _directory.File("killed.db"));
            System.IO.File.Copy(File + "-wal", _directory.File("killed.db-wal"));
        }
        var killed = _directory.File("killed.db");

        var aside = (await RestoreAsync(to: killed)).Aside;

        Assert.That(System.IO.File.Exists(killed + "-wal"), Is.False);
        Assert.That(RawSql.Run(killed, "SELECT COUNT(*) FROM settings WHERE name = 'late'"), Is.EqualTo(0));
        Assert.That(RawSql.Run(aside!, "SELECT COUNT(*) FROM settings WHERE name = 'late'"), Is.EqualTo(1));
        Assert.That((Records(killed), Records(aside!)), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task RestoreAsync_OldDatabaseRuined_IsMovedAsideWithItsLog()
    {
        System.IO.File.WriteAllText(File, "no database at all");
        System.IO.File.WriteAllText(File + "-wal", "its log");

        var aside = (await RestoreAsync(gap: 0)).Aside;

        Assert.That(System.IO.File.ReadAllText(aside!), Is.EqualTo("no database at all"));
        Assert.That(System.IO.File.ReadAllText(aside + "-wal"), Is.EqualTo("its log"));
        Assert.That(Records(File), Is.EqualTo(1));
    }

    [Test]
    public async Task RestoreAsync_NumbersGivenSinceTheBackup_AreNotGivenAgain()
    {
        var given = new HashSet<string>();
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            for (var i = 3; i < 20; i++)
            {
                given.Add(EmbeddedNode.IdentifierOf(await node.RegisterAsync($"S{i}")).Text);
            }
            await node.Store.Sequences.ReserveAsync("NEW-", null, 7, CancellationToken.None).Soon();
        }
        var objects = RawSql.Run(File, "SELECT value FROM counters WHERE name = 'object'");

        await RestoreAsync();

        using var restored = await EmbeddedNode.OpenAsync(File);
        var first = await restored.RegisterAsync("other 0");
        Assert.That(first.Record.Object, Is.GreaterThan((long)objects!));
        for (var i = 1; i < 20; i++)
        {
            Assert.That(
                given.Add(EmbeddedNode.IdentifierOf(await restored.RegisterAsync($"other {i}")).Text),
                Is.True,
                "it is on a label"
            );
        }
        Assert.That(
            await restored.Store.Sequences.ReserveAsync("NEW-", null, 1, CancellationToken.None).Soon(),
            Is.EqualTo(8)
        );
        Assert.That(
            await restored.Store.Sequences.ReserveAsync("OTHER-", null, 1, CancellationToken.None).Soon(),
            Is.EqualTo(1)
        );
        Assert.That(Doctor.Run(File, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
    }

    [Test]
    public async Task RestoreAsync_EntriesSinceTheBackup_AreListedWithTheirKeys()
    {
        var head = (long)RawSql.Run(Backup, "SELECT value FROM counters WHERE name = 'log'")!;
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            await node.RevokeAsync(await node.RegisterAsync("S2"));
        }

        var report = await RestoreAsync();

        Assert.That((report.Head, report.Lost, report.Fault?.En), Is.EqualTo((head, 2L, (string?)null)));
        var lines = System.IO.File.ReadAllLines(report.LostFile!).Select(line => JsonDocument.Parse(line).RootElement);
        Assert.That(
            lines.Select(line =>
                $"{line.GetProperty("sequence")} {line.GetProperty("kind")} {line.GetProperty("operation")} "
                + $"{line.GetProperty("source")} {line.GetProperty("sourceKey")}"
            ),
            Is.EqualTo(new[] { $"{head + 1} record create mes S2", $"{head + 2} record revoke mes S2" })
        );
    }

    [Test]
    public async Task RestoreAsync_EventsSinceTheBackup_AreListedSoThatTheyCanBeSentAgain()
    {
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            var state = new StateWriter();
            state.Add("e:type", "observe");
            state.Add("e:time", "2026-03-01T07:00:00.000000Z");
            state.AddList("k:mes", "E-1");
            state.Add("e:id", "an-id");
            state.BeginList("e:items");
            state.AddElement("{\"identifier\":\"88.300.1/A\"}"u8, StateForm.Json);
            state.AddElement("{\"identifier\":\"88.300.1/B\"}"u8, StateForm.Json);
            state.EndList();
            var bytes = state.ToState();
            var item = EventWrites.Member(MemberRole.Item, "88.300.1/A");
            var write = EventWrites.Event("E-1", EventType.Observe, 1, item) with
            {
                State = bytes,
                Commitments = Commitments.Of(bytes),
            };
            await node.Store.Events.WriteAsync([write], CancellationToken.None).Soon();
        }

        var report = await RestoreAsync();

        Assert.That(
            System.IO.File.ReadAllLines(report.LostFile!)[^1],
            Does.Contain("\"kind\":\"event\"")
                .And.EndsWith(
                    """
                    "type":"observe","happened":"2026-03-01T07:00:00.000000Z","source":"mes","sourceKey":"E-1","id":"an-id","items":[{"identifier":"88.300.1/A"},{"identifier":"88.300.1/B"}]}
                    """
                )
        );
    }

    [Test]
    public async Task RestoreAsync_NothingSinceTheBackup_ListsNothing()
    {
        await RestoreAsync();
        await SqliteBackup.BackupAsync(File, Backup, null, CancellationToken.None, overwrite: true).Soon();

        var report = await RestoreAsync();

        Assert.That((report.Lost, report.LostFile, report.Fault?.En), Is.EqualTo((0L, (string?)null, (string?)null)));
    }

    [Test]
    public async Task RestoreAsync_AnotherStoreBefore_IsSaid()
    {
        System.IO.File.Delete(File);
        using (var node = await EmbeddedNode.OpenAsync(File, new ManualTime(s_now)))
        {
            await node.RegisterAsync("of another");
        }

        var report = await RestoreAsync();

        Assert.That((report.LostFile, report.Fault?.En), Is.EqualTo(((string?)null, report.Fault?.En)));
        Assert.That(report.Fault?.En, Does.Contain("its log is not that of the backup"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task RestoreAsync_NumbersGivenAreNotKnown_NeedsAGap(bool exists)
    {
        System.IO.File.Delete(File);
        if (exists)
        {
            System.IO.File.WriteAllText(File, "no database at all");
        }

        var report = await RestoreAsync();
        Assert.That((report.Log, report.Pending is null), Is.EqualTo(((CurrentLog?)null, false)));
        Assert.That(Setting(LogRestart.PendingSetting), Is.EqualTo("0"));

        System.IO.File.Delete(File);
        Assert.That((await RestoreAsync(gap: 1_000)).Log, Is.Not.Null);

        using var node = await EmbeddedNode.OpenAsync(File);
        var next = (long)RawSql.Run(Backup, "SELECT max(next) FROM sequences")!;
        Assert.That(EmbeddedNode.IdentifierOf(await node.RegisterAsync("S2")).Text, Does.Contain($"{next + 1_000}"));
        Assert.That(await FirstAsync("NEW-", null), Is.EqualTo(1_001));
        Assert.That(await FirstAsync("NEW-260301-", new DateOnly(2026, 3, 1)), Is.EqualTo(1_001));
        Assert.That(await FirstAsync("NEW-260302-", new DateOnly(2026, 3, 2)), Is.EqualTo(1_001), "some plant's day");
        Assert.That(await FirstAsync("NEW-260303-", new DateOnly(2026, 3, 3)), Is.EqualTo(1));
        Assert.That(Doctor.Run(File, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);

        Task<long> FirstAsync(string scope, DateOnly? day) =>
            node.Store.Sequences.ReserveAsync(scope, day, 1, CancellationToken.None).Soon();
    }

    [Test]
    public async Task RestoreAsync_OverAStoreThatWaitsForItsNextLog_DoesNotTrustIt()
    {
        System.IO.File.Delete(File);
        await RestoreAsync();

        var again = await RestoreAsync();

        Assert.That((again.Log is null, again.Pending), Is.EqualTo((true, again.Pending)));
        Assert.That(again.Pending?.En, Does.Contain("came back from a backup itself"));
        Assert.That((await RestoreAsync(gap: 10)).Log, Is.Not.Null);
    }

    [Test]
    public async Task RestoreAsync_DatabaseBeforeLacksAnEntryThatWasSeen_DoesNotTrustIt()
    {
        var report = await RestoreAsync(known: new LogPoint(7, 99, new string('a', 64)));

        Assert.That(report.Log, Is.Null);
        Assert.That(report.Pending?.En, Does.Contain("lacks entry 99"));
    }

    [Test]
    public async Task RestoreAsync_AgainAfterAGap_StillGuardsWhatWasLostBefore()
    {
        System.IO.File.Delete(File);
        await RestoreAsync(gap: 1_000);

        await RestoreAsync();
        await RestoreAsync(gap: 5);

        using var node = await EmbeddedNode.OpenAsync(File);
        Assert.That(
            await node.Store.Sequences.ReserveAsync("NEW-", null, 1, CancellationToken.None).Soon(),
            Is.EqualTo(1_001)
        );
    }

    [Test]
    public async Task RestoreAsync_DatabaseBeforeIsOlder_LosesNothing()
    {
        await SqliteBackup.BackupAsync(File, Backup, null, CancellationToken.None, overwrite: true).Soon();
        System.IO.File.Delete(File);
        await RestoreAsync(gap: 0);
        RawSql.Run(File, "DELETE FROM change_log WHERE sequence = (SELECT max(sequence) FROM change_log)");

        var report = await RestoreAsync();

        Assert.That((report.Lost, report.LostFile, report.Fault?.En), Is.EqualTo((0L, (string?)null, (string?)null)));
    }

    [Test]
    public async Task RestoreAsync_ListCannotBeWritten_IsRestoredAllTheSame()
    {
        Directory.CreateDirectory(File + ".before-restore-20260301T080000Z.lost.jsonl");

        var report = await RestoreAsync();

        Assert.That(report.Fault?.En, Does.Contain("listed to its end"));
        Assert.That(Records(File), Is.EqualTo(1));
    }

    [Test]
    public async Task RestoreAsync_BackupDamaged_IsRefusedAndTheOldStays()
    {
        var bytes = System.IO.File.ReadAllBytes(Backup);
        Array.Fill(bytes, (byte)0xAA, bytes.Length - 5_000, 2_000);
        System.IO.File.WriteAllBytes(Backup, bytes);

        await AssertRefusedAsync("backup.db");
    }

    [Test]
    public async Task RestoreAsync_BackupWithAFalsifiedEntry_IsRefusedAndTheOldStays()
    {
        RawSql.Run(Backup, "UPDATE change_log SET leaf = zeroblob(32) WHERE sequence = 2");

        await AssertRefusedAsync("is damaged: log: the leaf of entry 2 is not its body's");
    }

    [Test]
    public async Task RestoreAsync_BackupCutShort_IsRefusedAndTheOldStays()
    {
        using (var stream = new FileStream(Backup, FileMode.Open))
        {
            stream.SetLength(stream.Length / 2);
        }

        await AssertRefusedAsync("backup.db");
    }

    [Test]
    public async Task RestoreAsync_BackupOfANewerNode_IsRefusedAndTheOldStays()
    {
        RawSql.Run(
            Backup,
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (99, 'x', 'x', 0)"
        );

        await AssertRefusedAsync("newer than this node's");
    }

    [Test]
    public async Task RestoreAsync_OtherKeyFile_IsRefusedAndTheOldStays() =>
        await AssertRefusedAsync(
            "another key file",
            new NodeSecrets(Enumerable.Repeat((byte)1, NodeSecrets.KeyLength).ToArray()).Fingerprint
        );

    [TestCase("")]
    [TestCase(
        "this is no database, and long enough to be looked at as one: "
            + "............................................................"
    )]
    public async Task RestoreAsync_NoDatabase_IsRefusedAndTheOldStays(string content)
    {
        System.IO.File.WriteAllText(Backup, content);

        await AssertRefusedAsync("backup.db");
    }

    [Test]
    public async Task RestoreAsync_FileMissing_IsRefusedAndTheOldStays()
    {
        System.IO.File.Delete(Backup);

        await AssertRefusedAsync("There is no backup");
    }

    [Test]
    public async Task RestoreAsync_SwapFails_TheOldIsBackInPlace()
    {
        // The checked copy vanishes just before it is put in place.
        var sabotage = new Doing<(string Step, double Done)>(report =>
        {
            if (report.Step == "swap")
            {
                Array.ForEach(Directory.GetFiles(_directory.Path, "idnode.db.restore-*"), System.IO.File.Delete);
            }
        });

        await AssertRefusedAsync("was not restored", progress: sabotage);
    }

    [Test]
    public async Task RestoreAsync_GivenUp_TheOldStays()
    {
        using var cancelled = new CancellationTokenSource();
        var before = Files();

        await Assert.CatchAsync<OperationCanceledException>(() =>
            SqliteRestore
                .RestoreAsync(
                    Backup,
                    File,
                    EmbeddedNode.Secrets.Fingerprint,
                    new RestoreOptions(),
                    TimeProvider.System,
                    new Doing<(string Step, double Done)>(_ => cancelled.Cancel()),
                    cancelled.Token
                )
                .Soon()
        );

        Assert.That(Files(), Is.EquivalentTo(before));
        Assert.That(Records(File), Is.EqualTo(2));
    }

    private async Task AssertRefusedAsync(
        string because,
        string? fingerprint = null,
        IProgress<(string, double)>? progress = null
    )
    {
        var before = Files();
        var content = System.IO.File.ReadAllBytes(File);

        var refusal = await Assert.ThrowsAsync<MaintenanceException>(() =>
            RestoreAsync(fingerprint: fingerprint, progress: progress)
        );

        Assert.That(refusal!.Message, Does.Contain(because));
        Assert.That(Files(), Is.EquivalentTo(before), "nothing is left behind");
        Assert.That(System.IO.File.ReadAllBytes(File), Is.EqualTo(content), "untouched to the byte");
    }

    private Task<RestoreReport> RestoreAsync(
        string? to = null,
        string? fingerprint = null,
        long? gap = null,
        LogPoint? known = null,
        IProgress<(string, double)>? progress = null
    ) =>
        SqliteRestore
            .RestoreAsync(
                Backup,
                to ?? File,
                fingerprint ?? EmbeddedNode.Secrets.Fingerprint,
                new RestoreOptions { Gap = gap, Known = known },
                new ManualTime(s_now),
                progress,
                CancellationToken.None
            )
            .Soon();

    private string? Setting(string name) =>
        RawSql.Run(File, $"SELECT value FROM settings WHERE name = '{name}'") as string;

    private static long Records(string file) => (long)RawSql.Run(file, "SELECT COUNT(*) FROM records")!;

    // The empty side files of a database read without being written are SQLite's own business.
    private List<string> Files() =>
        [
            .. Directory
                .GetFiles(_directory.Path)
                .Select(f => Path.GetFileName(f)!)
                .Where(f =>
                    !f.EndsWith("-shm", StringComparison.Ordinal) && !f.EndsWith("-wal", StringComparison.Ordinal)
                ),
        ];
}
