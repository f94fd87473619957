using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What happens to every store that comes back from a backup.</summary>
public abstract class LogRestartContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private readonly List<IDisposable> _opened = [];

    [TearDown]
    public void CloseNodes()
    {
        _opened.ForEach(o => o.Dispose());
        _opened.Clear();
    }

    [Test]
    public async Task BeginAsync_StoreOfFormat1_NamesItsLogWithItsSizeAndRoot()
    {
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        await Ports.Store.Settings.GetOrAddAsync(LogNamer.Format1Setting, "1 00ff").Soon();
        using var catalog = new CatalogHolder(Ports.Documents, TimeProvider.System);
        await catalog.ReloadAsync(0, CancellationToken.None);
        var editor = new DocumentEditor(
            Ports.Documents,
            catalog,
            new Auditor(Ports.Audit, TimeProvider.System),
            TimeProvider.System
        );
        var namer = new LogNamer(editor, Ports.Store.Settings, TimeProvider.System);

        var named = (await namer.BeginAsync("https://id.example.com:8443/", CancellationToken.None).Soon()).Value;
        var again = (await namer.BeginAsync("https://other.example", CancellationToken.None).Soon()).Value;

        Assert.That(
            (named.Name.Host, named.Kept, named.Start.Format1),
            Is.EqualTo(("id.example.com:8443", 1L, "1 00ff"))
        );
        Assert.That(again.Name, Is.EqualTo(named.Name), "a name is given once");
        Assert.That(
            new[] { new LogCursor(null, 1), new LogCursor(null, 2), new LogCursor(named.Name.Number, 2) }.Select(c =>
                named.After(c, 2).IsOk
            ),
            Is.EqualTo(new[] { true, false, true }),
            "a cursor without a name counts up to where the log began"
        );
        var next = (await RestartAsync(gap: 0)).Log!;
        Assert.That((next.Name.Host, next.Start.Format1), Is.EqualTo((named.Name.Host, (string?)null)));
    }

    [Test]
    public async Task RunAsync_Gap_SkipsNumbersAndBeginsTheNextLog()
    {
        await NameAsync("node.example", 7);
        var before = await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        await ReserveAsync("S", 10);
        var known = new LogPoint(7, 99, new string('a', 64));

        var report = await RestartAsync(gap: 1_000, known: known);

        var log = report.Log!;
        Assert.That(log.Name.Host, Is.EqualTo("node.example"));
        Assert.That(log.Name.Number, Is.GreaterThan(1_700_000_000), "no log of an earlier restore has this number");
        Assert.That((report.Head, log.Kept), Is.EqualTo((2L, 2L)));
        Assert.That(
            (log.Start.Former, log.Start.FormerHead, log.Start.FormerLeaf),
            Is.EqualTo(("node.example/log/7", 99L, known.Leaf))
        );
        Ports.Store.Forget();
        Assert.That(
            (await WriteDoneAsync(RecordWrites.Registration("88.1/B"))).Object,
            Is.GreaterThan(before.Object + 1_000)
        );
        Assert.That((await ReserveAsync("S", 1), await ReserveAsync("NEW", 1)), Is.EqualTo((1_011L, 1_001L)));
        Assert.That(await Ports.Log.HeadAsync(CancellationToken.None), Is.EqualTo(4), "numbers go on");
    }

    [Test]
    public async Task ReadAsync_LogsBefore_AreListedWithWhereEachEndedAndTheNextBegan()
    {
        var reader = new BegunLogReader(Ports.Documents, Ports.Log);
        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.Empty, "the log has no name yet");
        await NameAsync("node.example", 7);
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        var second = (await RestartAsync(gap: 5, known: new LogPoint(7, 99, new string('a', 64)))).Log!;
        // More than a page of them.
        for (var i = 0; i < 101; i++)
        {
            await RestartAsync(gap: 0);
        }

        var logs = await reader.ReadAsync(CancellationToken.None);

        Assert.That(logs[0].Start.Log, Is.EqualTo((await CurrentAsync())!.Name.ToString()));
        Assert.That((logs.Count, logs[0].First, logs[0].Last, logs[0].Kept), Is.EqualTo((103, 104L, 104L, 2L)));
        var (former, first) = (logs[^2], logs[^1]);
        Assert.That((former.Start, former.Kept), Is.EqualTo((second.Start, 2L)));
        Assert.That((former.First, former.Last), Is.EqualTo((3L, 3L)));
        Assert.That((former.Start.Former, former.Start.FormerHead), Is.EqualTo(("node.example/log/7", 99L)));
        Assert.That((first.First, first.Last, first.Start.Log), Is.EqualTo((1L, 2L, "node.example/log/7")));
        Assert.That(first.Began, Is.EqualTo(Micros.ToTime(RecordWrites.Time)));
    }

    [Test]
    public async Task RunAsync_DatabaseBefore_GoesOnBeyondWhatItGaveAwayAndListsWhatIsLost()
    {
        using var directory = new TemporaryDirectory();
        var aside = directory.File("aside.db");
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        using (var former = SqliteStore.Open(SqliteDatabase.Open(aside, TimeProvider.System)))
        {
            await former.Records.WriteAsync(
                [RecordWrites.Registration("88.1/A"), RecordWrites.Registration("88.1/B", "b", "mes", "B1")],
                CancellationToken.None
            );
            await former.Sequences.ReserveAsync("S", null, 70, CancellationToken.None);
        }

        var report = await RestartAsync(aside);

        Assert.That((report.Head, report.Log!.Kept, report.Lost), Is.EqualTo((1L, 1L, 1L)));
        Assert.That(report.Log.Start.FormerHead, Is.EqualTo(2));
        Assert.That(File.ReadAllText(report.LostFile!), Does.Contain("88.1/B").And.Contain("B1"));
        Assert.That(await ReserveAsync("S", 1), Is.EqualTo(71));
        Ports.Store.Forget();
        Assert.That((await WriteDoneAsync(RecordWrites.Registration("88.1/C"))).Object, Is.GreaterThan(2));
    }

    [Test]
    public async Task RunAsync_DatabaseBeforeHadParted_SharesOnlyWhatBothHave()
    {
        using var directory = new TemporaryDirectory();
        var aside = directory.File("aside.db");
        foreach (var id in new[] { "88.1/A", "88.1/B", "88.1/C", "88.1/D" })
        {
            await WriteDoneAsync(RecordWrites.Registration(id));
        }
        using (var former = SqliteStore.Open(SqliteDatabase.Open(aside, TimeProvider.System)))
        {
            foreach (var id in new[] { "88.1/A", "88.1/B" })
            {
                await former.Records.WriteAsync([RecordWrites.Registration(id)], CancellationToken.None);
            }
            await former.Records.WriteAsync(
                [RecordWrites.Registration("88.1/X") with { Actor = 5 }],
                CancellationToken.None
            );
        }

        var report = await RestartAsync(aside);

        Assert.That((report.Log!.Kept, report.Lost), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public async Task RunAsync_NeitherGapNorDatabaseBefore_ChangesNothingAndSaysWhatToSay()
    {
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));

        var refusal = await Assert.CatchAsync<MaintenanceException>(() => RestartAsync());

        Assert.That(refusal!.Message, Does.Contain("--gap N").And.Contain("--aside FILE"));
        Assert.That(await Ports.Log.HeadAsync(CancellationToken.None), Is.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_OnTwoNodesAtOnce_BeginsOneLog()
    {
        await NameAsync("node.example", 7);
        var other = OpenAgain();

        var reports = await Task.WhenAll(
                Task.Run(() => RestartAsync(gap: 5)),
                Task.Run(() => RestartAsync(gap: 5, on: other))
            )
            .Soon();

        var (documents, head) = await Ports.Documents.LoadAsync(CancellationToken.None);
        // The slower one may have seen the log of the faster before it began its own.
        Assert.That(head, Is.InRange(2, 3));
        Assert.That(documents.Single(d => d.Code == "log").Sequence, Is.EqualTo(head));
        Assert.That(reports.Max(r => r.Log!.Name.Number), Is.EqualTo((await CurrentAsync())!.Name.Number));
    }

    [Test]
    public async Task Refuse_Writes_AreRefusedAndReadsGoOnUntilTaken()
    {
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        Ports.Store.Refuse(LogErrors.StoreRestored());

        foreach (
            var write in new Func<Task>[]
            {
                () => ReserveAsync("S", 1),
                () => Ports.Documents.WriteAsync([Documents.Write(LogKind.Key, "k", "{}")], CancellationToken.None),
            }
        )
        {
            var refusal = await Assert.CatchAsync<StoreException>(() => write().Soon());
            Assert.That(refusal!.Error.Code, Is.EqualTo(ErrorCode.StoreRestored));
        }
        Assert.That(
            (await WriteAsync(RecordWrites.Registration("88.1/B"))).Error!.Code,
            Is.EqualTo(ErrorCode.StoreRestored)
        );
        Assert.That(await Ports.Log.HeadAsync(CancellationToken.None), Is.EqualTo(1));

        Ports.Store.Refuse(null);
        await WriteDoneAsync(RecordWrites.Registration("88.1/B"));
    }

    [Test]
    public async Task Write_StoreSetBackBeforeANodeHasLooked_IsRefusedInItsTransaction()
    {
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        await WriteDoneAsync(RecordWrites.Registration("88.1/B"));
        Ports.Store.OnKnown(() => 2);
        SetBack(1);

        var refused = await WriteAsync(RecordWrites.Registration("88.1/C"));
        var reserving = await Assert.CatchAsync<StoreException>(() => ReserveAsync("S", 1));

        Assert.That(refused.Error!.Code, Is.EqualTo(ErrorCode.StoreRestored));
        Assert.That(reserving!.Error.Code, Is.EqualTo(ErrorCode.StoreRestored));
        Assert.That(await Ports.Log.HeadAsync(CancellationToken.None), Is.EqualTo(1));
        Ports.Store.OnKnown(() => 1);
        await WriteDoneAsync(RecordWrites.Registration("88.1/C"));
    }

    [Test]
    public async Task Follower_StoreSetBack_NoticesAndFollowsTheNextLogThatAnotherNodeBegins()
    {
        await NameAsync("node.example", 7);
        var nodes = new[] { await FollowAsync(Ports), await FollowAsync(OpenAgain()) };
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        await WriteDoneAsync(RecordWrites.Registration("88.1/B"));
        foreach (var node in nodes)
        {
            await node.Tail.CatchUpAsync(CancellationToken.None).Soon();
        }

        SetBack(2);
        foreach (var node in nodes)
        {
            await node.Tail.CatchUpAsync(CancellationToken.None).Soon();
        }

        Assert.That(nodes.Select(n => n.States), Is.All.EqualTo(new[] { true }), "told once");
        Assert.That(
            nodes.Select(n => (n.Tail.IsRestored, n.Tail.Applied, n.Tail.Head)),
            Is.All.EqualTo((true, 2L, 2L))
        );

        await RestartAsync(gap: 10, known: nodes[0].Guard.Known);
        foreach (var node in nodes)
        {
            await node.Tail.CatchUpAsync(CancellationToken.None).Soon();
        }

        Assert.That(nodes.Select(n => n.States), Is.All.EqualTo(new[] { true, false }));
        Assert.That(nodes.Select(n => (n.Tail.IsRestored, n.Tail.Applied)), Is.All.EqualTo((false, 3L)));
        Assert.That((await CurrentAsync())!.Start.FormerHead, Is.EqualTo(3));
    }

    [Test]
    public async Task Follower_StoreSetBackStepByStepAndTwice_FollowsAllTheSame()
    {
        await NameAsync("node.example", 7);
        var node = await FollowAsync(OpenAgain());
        foreach (var id in new[] { "88.1/A", "88.1/B", "88.1/C" })
        {
            await WriteDoneAsync(RecordWrites.Registration(id));
        }
        await LookAsync(node);

        Execute("DELETE FROM change_log WHERE sequence > 3");
        await LookAsync(node);
        SetBack(3);
        await LookAsync(node);
        SetBack(2);
        await LookAsync(node);
        Assert.That((node.Tail.IsRestored, node.Tail.Applied), Is.EqualTo((true, 2L)));

        await RestartAsync(gap: 10);
        await LookAsync(node);
        Assert.That((node.Tail.IsRestored, node.Tail.Applied), Is.EqualTo((false, 3L)));

        static Task LookAsync(Follower node) => node.Tail.CatchUpAsync(CancellationToken.None).Soon();
    }

    [Test]
    public async Task Follower_StoreSetBackAndWrittenPastTheOldHead_NoticesByTheLeaf()
    {
        await NameAsync("node.example", 7);
        var node = await FollowAsync(OpenAgain());
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        await node.Tail.CatchUpAsync(CancellationToken.None).Soon();

        SetBack(1);
        Ports.Store.Forget();
        foreach (var id in new[] { "88.1/X", "88.1/Y", "88.1/Z" })
        {
            await WriteDoneAsync(RecordWrites.Registration(id));
        }
        await node.Tail.CatchUpAsync(CancellationToken.None).Soon();

        Assert.That((node.Tail.IsRestored, node.Tail.Applied), Is.EqualTo((true, 4L)));
    }

    [Test]
    public async Task Follower_NextLogBeganAndPassedTheOldHeadMeanwhile_BeginsAnewAndIsNotRestored()
    {
        await NameAsync("node.example", 7);
        var node = await FollowAsync(OpenAgain());
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        await node.Tail.CatchUpAsync(CancellationToken.None).Soon();

        SetBack(1);
        Ports.Store.Forget();
        await RestartAsync(gap: 10);
        foreach (var id in new[] { "88.1/X", "88.1/Y", "88.1/Z" })
        {
            await WriteDoneAsync(RecordWrites.Registration(id));
        }
        await node.Tail.CatchUpAsync(CancellationToken.None).Soon();

        Assert.That((node.Tail.IsRestored, node.Tail.Applied, node.Begun), Is.EqualTo((false, 5L, 1)));
        Assert.That((node.States, node.Tail.IsSettling), Is.EqualTo((Array.Empty<bool>(), true)));
    }

    [Test]
    public async Task Follower_StartsOnAStoreSetBack_NoticesByWhatOthersKnow()
    {
        await NameAsync("node.example", 7);
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        var known = (await FollowAsync(Ports)).Guard.Known;
        SetBack(1);

        var node = await FollowAsync(OpenAgain(), known);

        Assert.That((node.Tail.IsRestored, node.Tail.Applied), Is.EqualTo((true, 1L)));
        Assert.That((await FollowAsync(OpenAgain())).Tail.IsRestored, Is.False, "a node that knows nothing");
    }

    [Test]
    public async Task Follower_StoreOfAnEarlierLog_NoticesByTheName()
    {
        await NameAsync("node.example", 7);

        var node = await FollowAsync(Ports, new LogPoint(8, 1, new string('a', 64)));

        Assert.That(node.Tail.IsRestored, Is.True);
        await RestartAsync(gap: 1, known: node.Guard.Known);
        await node.Tail.CatchUpAsync(CancellationToken.None).Soon();
        Assert.That(node.Tail.IsRestored, Is.False);
    }

    private Task<RestoreReport> RestartAsync(
        string? aside = null,
        long? gap = null,
        LogPoint? known = null,
        Ports? on = null
    ) =>
        LogRestart.RunAsync(
            (on ?? Ports).Store,
            aside,
            null,
            new RestoreOptions { Gap = gap, Known = known },
            TimeProvider.System,
            CancellationToken.None
        );

    private Task<long> ReserveAsync(string scope, int count) =>
        Ports.Sequences.ReserveAsync(scope, null, count, CancellationToken.None).Soon();

    private async Task NameAsync(string host, long number)
    {
        var start = System.Text.Json.JsonSerializer.Serialize(
            new LogStart { Log = new LogName(host, number).ToString() },
            CatalogJson.Default.LogStart
        );
        await Ports
            .Documents.WriteAsync(
                [Documents.Write(LogKind.Configuration, LogStart.DocumentCode, start)],
                CancellationToken.None
            )
            .Soon();
    }

    private async Task<CurrentLog?> CurrentAsync()
    {
        using var catalog = new CatalogHolder(Ports.Documents, TimeProvider.System);
        await catalog.ReloadAsync(0, CancellationToken.None);
        return catalog.Current.Log;
    }

    /// <summary>
    /// Takes the store back to an entry, past the nodes that have it open, as a restored backup would be.
    /// </summary>
    private void SetBack(long head)
    {
        Execute($"DELETE FROM change_log WHERE sequence > {head}");
        Execute($"DELETE FROM versions WHERE sequence > {head}");
        Execute($"DELETE FROM records WHERE sequence > {head}");
        Execute($"DELETE FROM documents WHERE sequence > {head}");
        Execute($"UPDATE counters SET value = {head} WHERE name = 'log'");
    }

    private async Task<Follower> FollowAsync(Ports ports, LogPoint? known = null)
    {
        var catalog = new CatalogHolder(ports.Documents, TimeProvider.System);
        var guard = new LogGuard();
        guard.Hear(known);
        var node = new Follower(new LogFollower(ports.Log, new NoCache(), catalog, guard, TimeProvider.System), guard);
        _opened.AddRange([node.Tail, catalog]);
        guard.Changed += node.States.Add;
        node.Tail.BeganAnew += () => node.Begun++;
        await node.Tail.StartAsync(CancellationToken.None).Soon();
        return node;
    }

    /// <summary>What a node keeps of the log: its tail, and what it was told of the store.</summary>
    private sealed record Follower(LogFollower Tail, LogGuard Guard)
    {
        public List<bool> States { get; } = [];

        public int Begun { get; set; }
    }
}
