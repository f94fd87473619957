using System.Collections.Concurrent;
using IdResolution.Core.Identifiers;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Backups made of a database in use.</summary>
public sealed class EmbeddedFileBackupTests
{
    private TemporaryDirectory _directory = null!;

    private string File => _directory.File(SqliteDatabase.FileName);

    private string Backup => _directory.File("backup.db");

    [SetUp]
    public void Make() => _directory = new TemporaryDirectory();

    [TearDown]
    public void Drop() => _directory.Dispose();

    [Test]
    public async Task BackupAsync_EightWritersAtWork_HoldsAPrefixOfWhatWasAcknowledged()
    {
        using var node = await EmbeddedNode.OpenAsync(File);
        for (var i = 0; i < 200; i++)
        {
            await node.RegisterAsync($"before-{i}");
        }
        var acknowledged = new ConcurrentBag<(long Sequence, LookupKey Key)>();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable
            .Range(0, 8)
            .Select(writer =>
                Task.Run(async () =>
                {
                    for (var i = 0; !stop.IsCancellationRequested; i++)
                    {
                        var record = (await node.RegisterAsync($"{writer}-{i}")).Record;
                        acknowledged.Add((record.Sequence, record.Key));
                    }
                })
            )
            .ToArray();
        SpinWait.SpinUntil(() => acknowledged.Count > 50, TimeSpan.FromSeconds(30));
        var certain = acknowledged.ToArray();
        var progress = new List<double>();

        await SqliteBackup.BackupAsync(File, Backup, new Collected<double>(progress), CancellationToken.None).Soon();
        var after = acknowledged.Count;
        SpinWait.SpinUntil(() => acknowledged.Count > after + 20, TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        await Task.WhenAll(writers).Soon();

        Assert.That(progress, Is.Ordered.Ascending);
        Assert.That(progress[^1], Is.EqualTo(1));
        Assert.That(
            Directory.GetFiles(_directory.Path, "backup*").Select(Path.GetFileName),
            Is.EqualTo(new[] { "backup.db" }),
            "one plain file"
        );
        var restored = _directory.File("restored.db");
        Assert.That((await RestoreAsync(restored)).Aside, Is.Null, "there was no database before");
        Assert.That(Doctor.Run(restored, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
        using var copy = await EmbeddedNode.OpenAsync(restored);
        // The last entry begins the log of the restored database.
        var head = await copy.Store.Log.HeadAsync(CancellationToken.None) - 1;
        Assert.That(
            head,
            Is.GreaterThanOrEqualTo(certain.Max(a => a.Sequence)),
            "what was acknowledged before is in it"
        );
        foreach (var (sequence, key) in acknowledged)
        {
            Assert.That(
                (await copy.Store.Records.FindAsync(key, CancellationToken.None)).Record is not null,
                Is.EqualTo(sequence <= head)
            );
        }
        Assert.That(
            (await copy.RegisterAsync("more")).Record.Sequence,
            Is.EqualTo(head + 2),
            "and it goes on from there"
        );
    }

    [Test]
    public async Task BackupAsync_FileThere_IsRefusedUnlessAskedFor()
    {
        using var node = await EmbeddedNode.OpenAsync(File);
        System.IO.File.WriteAllText(Backup, "precious");

        var refusal = await Assert.ThrowsAsync<MaintenanceException>(() =>
            SqliteBackup.BackupAsync(File, Backup, null, CancellationToken.None).Soon()
        );
        Assert.That(refusal!.Message, Does.Contain("exists already"));
        Assert.That(System.IO.File.ReadAllText(Backup), Is.EqualTo("precious"));

        await SqliteBackup.BackupAsync(File, Backup, null, CancellationToken.None, overwrite: true).Soon();
        Assert.That(Doctor.Run(Backup, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
    }

    [Test]
    public async Task BackupAsync_GivenUp_LeavesNothingBehind()
    {
        using var node = await EmbeddedNode.OpenAsync(File);
        System.IO.File.WriteAllText(Backup + ".partial", "left by a crash");
        using var cancelled = new CancellationTokenSource();

        await Assert.CatchAsync<OperationCanceledException>(() =>
            SqliteBackup.BackupAsync(File, Backup, new Doing<double>(_ => cancelled.Cancel()), cancelled.Token).Soon()
        );

        Assert.That(Directory.GetFiles(_directory.Path, "backup*"), Is.Empty);
    }

    [Test]
    public async Task BackupAsync_DirectoryMissingOrDatabaseItself_IsRefused()
    {
        using var node = await EmbeddedNode.OpenAsync(File);

        foreach (var target in new[] { _directory.File("none/backup.db"), File, _directory.Path })
        {
            await Assert.ThrowsAsync<MaintenanceException>(
                () => SqliteBackup.BackupAsync(File, target, null, CancellationToken.None, overwrite: true).Soon(),
                target
            );
        }
        await Assert.ThrowsAsync<MaintenanceException>(() =>
            SqliteBackup.BackupAsync(_directory.File("none.db"), Backup, null, CancellationToken.None).Soon()
        );
        Assert.That(Doctor.Run(File, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
    }

    [Test]
    public async Task BackupAsync_OfANodeThatStopped_Works()
    {
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            await node.RegisterAsync("S1");
        }

        await SqliteBackup.BackupAsync(File, Backup, null, CancellationToken.None).Soon();

        Assert.That(RawSql.Run(Backup, "SELECT COUNT(*) FROM records"), Is.EqualTo(1));
        Assert.That(RawSql.Run(Backup, "PRAGMA journal_mode"), Is.EqualTo("delete"));
    }

    private Task<RestoreReport> RestoreAsync(string to) =>
        SqliteRestore
            .RestoreAsync(
                Backup,
                to,
                EmbeddedNode.Secrets.Fingerprint,
                new RestoreOptions { Gap = 0 },
                TimeProvider.System,
                null,
                CancellationToken.None
            )
            .Soon();
}
