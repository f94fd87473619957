using System.Text;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>
/// What an acknowledgement rests on, and what happens when the disk, the queue or a lock stands against it.
/// </summary>
public sealed class EmbeddedFileDurabilityTests
{
    private TemporaryDirectory _directory = null!;
    private NodeStore _store = null!;

    private string File => _directory.File(SqliteDatabase.FileName);

    [SetUp]
    public void Open()
    {
        _directory = new TemporaryDirectory();
        _store = SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System));
    }

    [TearDown]
    public void Close()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [TestCase("journal_mode", "wal")]
    [TestCase("synchronous", "2")]
    [TestCase("locking_mode", "normal")]
    public async Task Writer_Live_HasTheSettingsDurabilityRestsOn(string pragma, string expected) =>
        Assert.That(await PragmaOnWriterAsync("PRAGMA " + pragma).Soon(), Is.EqualTo(expected));

    [Test]
    public async Task WriteAsync_NoRoomLeft_FailsWithStorageFullAndRecovers()
    {
        await WriteAsync(RecordWrites.Registration("88.1/first", "x"));
        var pages = int.Parse((await PragmaOnWriterAsync("PRAGMA page_count").Soon())!);
        await PragmaOnWriterAsync($"PRAGMA max_page_count = {pages + 8}").Soon();

        var refused = await FillAsync();

        Assert.That(refused.Error!.Code, Is.EqualTo(ErrorCode.StorageFull));
        var head = await _store.Log.HeadAsync(CancellationToken.None);
        Assert.That(
            (await _store.Records.FindAsync(LookupKey.Of("88.1/first"), CancellationToken.None)).Record,
            Is.Not.Null,
            "reads go on"
        );
        await Assert.ThrowsAsync<StoreException>(() =>
            _store
                .Audit.AppendAsync(
                    [new Core.Access.AuditEvent(1, "k", new string('a', 100_000), "t", "done")],
                    CancellationToken.None
                )
                .Soon()
        );

        await PragmaOnWriterAsync("PRAGMA max_page_count = 1000000").Soon();
        var written = await WriteAsync(RecordWrites.Registration("88.1/last", "x"));

        Assert.That(
            (written.Outcome, written.Record!.Sequence),
            Is.EqualTo((WriteOutcome.Created, head + 1)),
            "nothing of what failed took a number"
        );
        Assert.That(
            (await _store.Log.ReadAsync(0, int.MaxValue, CancellationToken.None)).Select(c => c.Sequence),
            Is.EqualTo(Enumerable.Range(1, (int)head + 1))
        );
    }

    [Test]
    public async Task WriteAsync_QueueFull_IsRefusedAtOnceAndTheRestIsDone()
    {
        // Somebody else holds the write lock: the writer waits with its first group, and the queue behind it fills up.
        using var other = RawSql.Connect(File);
        RawSql.Run(other, "BEGIN IMMEDIATE");
        var first = WriteAsync(RecordWrites.Registration("88.1/first"));
        SpinWait.SpinUntil(() => _store.QueueDepth == 0, TimeSpan.FromSeconds(10));
        var queued = new List<Task<IReadOnlyList<RecordWriteResult>>>();
        for (var i = 0; i < NodeStore.MaxQueue; i += 2_000)
        {
            queued.Add(
                _store.Records.WriteAsync(
                    [.. Enumerable.Range(i, 2_000).Select(n => RecordWrites.Registration($"88.1/{n}"))],
                    CancellationToken.None
                )
            );
        }

        var refused = await WriteAsync(RecordWrites.Registration("88.1/too-many"));
        await Assert.ThrowsAsync<StoreException>(() =>
            _store.Sequences.ReserveAsync("S", null, 1, CancellationToken.None).Soon()
        );
        RawSql.Run(other, "ROLLBACK");

        Assert.That((refused.Outcome, refused.Error!.Code), Is.EqualTo((WriteOutcome.Failed, ErrorCode.Unavailable)));
        Assert.That((await first).Outcome, Is.EqualTo(WriteOutcome.Created));
        foreach (var batch in queued)
        {
            Assert.That((await batch.Soon()).Select(r => r.Outcome), Is.All.EqualTo(WriteOutcome.Created));
        }
        Assert.That(await _store.Log.HeadAsync(CancellationToken.None), Is.EqualTo(NodeStore.MaxQueue + 1));
    }

    [Test]
    public async Task WriteAsync_LockedByAnotherProgramForLong_IsUnavailableAndRecovers()
    {
        using var other = RawSql.Connect(File);
        RawSql.Run(other, "BEGIN IMMEDIATE");

        var refused = await WriteAsync(RecordWrites.Registration("88.1/a"));

        Assert.That((refused.Outcome, refused.Error!.Code), Is.EqualTo((WriteOutcome.Failed, ErrorCode.Unavailable)));
        RawSql.Run(other, "ROLLBACK");
        Assert.That((await WriteAsync(RecordWrites.Registration("88.1/a"))).Outcome, Is.EqualTo(WriteOutcome.Created));
    }

    [Test]
    public async Task WriteAsync_ListenerThrows_TheCommitStandsAndIsReported()
    {
        var failures = new List<Exception>();
        _store.OnCommitted((_, _, _) => throw new InvalidOperationException("listener"));
        _store.OnFailed(failures.Add);

        var written = await WriteAsync(RecordWrites.Registration("88.1/a"));

        Assert.That(
            (written.Outcome, await _store.Log.HeadAsync(CancellationToken.None)),
            Is.EqualTo((WriteOutcome.Created, 1))
        );
        Assert.That(failures.Select(f => f.Message), Is.EqualTo(new[] { "listener" }));
    }

    [Test]
    public async Task OnCommitted_EachCommit_IsToldBeforeItIsAcknowledged()
    {
        var told = new List<(long First, long Last, string[] Keys)>();
        _store.OnCommitted((first, last, keys) => told.Add((first, last, [.. keys.Select(k => k.ToString())])));

        await _store
            .Records.WriteAsync(
                [RecordWrites.Registration("88.1/a"), RecordWrites.Registration("88.1/b")],
                CancellationToken.None
            )
            .Soon();
        await _store
            .Documents.WriteAsync(
                [Contracts.Documents.Write(Core.ChangeLog.LogKind.Key, "k", "{}")],
                CancellationToken.None
            )
            .Soon();
        await _store.Records.WriteAsync([RecordWrites.Registration("88.1/a")], CancellationToken.None).Soon();

        Assert.That(
            told.Select(t => (t.First, t.Last)),
            Is.EqualTo(new[] { (1L, 2L), (3L, 3L) }),
            "what wrote nothing is not told"
        );
        Assert.That(told.SelectMany(t => t.Keys), Is.EqualTo(new[] { "88.1/A", "88.1/B", "" }));
    }

    [Test]
    public async Task Dispose_WritesWaiting_FinishesThemAndRefusesMore()
    {
        var waiting = _store.Records.WriteAsync(
            [.. Enumerable.Range(0, 500).Select(i => RecordWrites.Registration($"88.1/{i}"))],
            CancellationToken.None
        );

        _store.Dispose();

        Assert.That((await waiting.Soon()).Select(r => r.Outcome), Is.All.EqualTo(WriteOutcome.Created));
        var late = await WriteAsync(RecordWrites.Registration("88.1/late"));
        Assert.That((late.Outcome, late.Error!.Code), Is.EqualTo((WriteOutcome.Failed, ErrorCode.Unavailable)));
        using var again = SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System));
        Assert.That(await again.Log.HeadAsync(CancellationToken.None), Is.EqualTo(500));
    }

    [Test]
    public async Task SettleAsync_SettingThereAlready_StaysAsItIs()
    {
        Assert.That(await _store.Settings.FindSettingAsync("s", CancellationToken.None), Is.Null);
        Assert.That(await _store.Settings.GetOrAddAsync("s", "first").Soon(), Is.EqualTo("first"));
        Assert.That(await _store.Settings.GetOrAddAsync("s", "second").Soon(), Is.EqualTo("first"));
        Assert.That(await _store.Settings.FindSettingAsync("s", CancellationToken.None), Is.EqualTo("first"));
    }

    [Test]
    public async Task WriteAsync_Erase_LeavesNothingOfTheValueInTheFiles()
    {
        var secret = "geheim-" + Guid.NewGuid();
        var record = (
            await WriteAsync(
                RecordWrites.Registration("88.1/a", secret, template: "mea") with
                {
                    Rows = [RecordWrites.Search(secret)],
                }
            )
        ).Record!;
        await WriteAsync(RecordWrites.Registration("88.1/b"));

        await WriteAsync(
            RecordWrites.Change(record, Core.ChangeLog.LogOperation.Erase, template: "mea") with
            {
                RowsBefore = [RecordWrites.Search(secret)],
                Erased = [RecordWrites.ContentCode],
            }
        );

        foreach (var file in Directory.GetFiles(_directory.Path))
        {
            using var stream = new FileStream(
                file,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Assert.That(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)), Is.EqualTo(-1), file);
        }
    }

    [Test]
    public async Task WriteAsync_ClockSetBack_LogOrderAndVersionsStayRight()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        using var node = await EmbeddedNode.OpenAsync(_directory.File("clock.db"), time);
        var before = await node.RegisterAsync("S1");
        time.Advance(TimeSpan.FromDays(-400));

        var after = await node.RegisterAsync("S2");
        var updated = await node.UpdateAsync(before, "note", "changed");

        Assert.That(after.Record.CreatedAt, Is.LessThan(before.Record.CreatedAt));
        Assert.That(after.Record.Sequence, Is.GreaterThan(before.Record.Sequence));
        Assert.That(updated.Record.Sequence, Is.GreaterThan(after.Record.Sequence));
        Assert.That(updated.Record.Version, Is.EqualTo(2));
        Assert.That(after.Record.Key, Is.Not.EqualTo(before.Record.Key), "identifiers stay unique");
        var log = await node.Store.Log.ReadAsync(0, 100, CancellationToken.None);
        Assert.That(log.Select(c => c.Sequence), Is.EqualTo(Enumerable.Range(1, log.Count)));
        var history = await node.Store.Records.HistoryAsync(before.Record.Object, 0, 10, CancellationToken.None);
        Assert.That(
            history.Select(v => v.Body.Version),
            Is.EqualTo(new long[] { 2, 1 }),
            "versions order history, not times"
        );
    }

    private async Task<RecordWriteResult> WriteAsync(RecordWrite write) =>
        (await _store.Records.WriteAsync([write], CancellationToken.None).Soon())[0];

    private async Task<RecordWriteResult> FillAsync()
    {
        for (var i = 0; i < 10_000; i++)
        {
            var result = await WriteAsync(RecordWrites.Registration($"88.1/fill-{i}", new string('x', 2_000)));
            if (result.Outcome != WriteOutcome.Created)
            {
                return result;
            }
        }
        throw new AssertionException("The database took more than it has room for.");
    }

    private Task<string?> PragmaOnWriterAsync(string pragma) =>
        _store.Engine.WriteAsync("pragma", session => session.ScalarAsync<string>(pragma), CancellationToken.None);
}
