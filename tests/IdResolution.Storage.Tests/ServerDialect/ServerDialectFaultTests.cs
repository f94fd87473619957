using System.Collections.Concurrent;
using System.Diagnostics;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Sql;
using IdResolution.Storage.SqlServer;
using IdResolution.Tds;
using IdResolution.Testing;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.ServerDialect;

/// <summary>
/// What the SQL Server store does when the server does not: nothing acknowledged is lost, nothing is written twice,
/// nobody waits long.
/// </summary>
public sealed class ServerDialectFaultTests
{
    private static readonly LookupKey s_key = LookupKey.Of("88.1/A");

    private readonly ServerDialectDatabase _database = new();

    private TdsServer Server => _database.Server;

    [SetUp]
    public void Empty() => _database.Empty();

    [TearDown]
    public void Thaw()
    {
        Server.Thaw();
        Coverage.Ran(GetType(), TestContext.CurrentContext.Test.MethodName!);
    }

    [OneTimeTearDown]
    public void Drop() => _database.Dispose();

    [TestCase(1205)]
    [TestCase(3960)]
    [TestCase(1222)]
    public async Task WriteAsync_Conflict_IsTriedAgain(int number)
    {
        var store = await OpenAsync();
        Server.FailNext(number, IsCommit);
        Server.FailNext(number, IsCommit);

        Assert.That(await WriteAsync(store), Is.EqualTo(WriteOutcome.Created));
        await AssertWrittenOnceAsync(store);
    }

    [TestCase(1205)]
    [TestCase(40501)]
    [TestCase(40613)]
    [TestCase(10928)]
    public async Task Everything_TransientError_IsTriedAgain(int number)
    {
        var store = await OpenAsync();
        await WriteAsync(store);
        Server.FailNext(number, sql => sql == SqlServerStatements.Find);
        Server.FailNext(number, sql => sql == Statements.AdvanceSequence);
        Server.FailNext(number, sql => sql.Contains("FROM @keys", StringComparison.Ordinal));

        Assert.That((await store.Records.FindAsync(s_key, CancellationToken.None)).Record, Is.Not.Null);
        Assert.That(await store.Sequences.ReserveAsync("S", null, 5, CancellationToken.None).Soon(), Is.EqualTo(1));
        Assert.That(await WriteAsync(store), Is.EqualTo(WriteOutcome.Same));
    }

    [TestCase(1105, ErrorCode.StorageFull)]
    [TestCase(229, ErrorCode.Unavailable)]
    public async Task WriteAsync_ServerRefuses_TellsEveryCallerAndTheLogWithoutItsText(int number, ErrorCode expected)
    {
        var store = await OpenAsync();
        var logged = new List<Exception>();
        store.OnFailed(logged.Add);
        Server.FailNext(number, IsCommit);

        var results = await store
            .Records.WriteAsync(
                [RecordWrites.Registration("88.1/A", "x"), RecordWrites.Registration("88.1/B", "x")],
                CancellationToken.None
            )
            .Soon();

        Assert.That(results.Select(r => r.Error?.Code), Is.All.EqualTo(expected));
        Assert.That(logged.Select(e => e.Message), Is.All.Contains($"error {number} ").And.All.Not.Contains("88.1"));
        Assert.That(await WriteAsync(store), Is.EqualTo(WriteOutcome.Created), "the next one goes through");
    }

    [Test]
    public async Task WriteAsync_ConflictWithoutEnd_IsToldInBoundedTime()
    {
        var store = await OpenAsync(TimeSpan.FromSeconds(1));
        // What is left of them is not for the tests that follow.
        var isOver = false;
        for (var i = 0; i < 200; i++)
        {
            Server.FailNext(1205, sql => !isOver && IsCommit(sql));
        }

        var began = Stopwatch.GetTimestamp();
        var results = await store
            .Records.WriteAsync(
                [.. Enumerable.Range(0, 10).Select(i => RecordWrites.Registration($"88.1/B{i}"))],
                CancellationToken.None
            )
            .Soon();

        isOver = true;
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(4)));
        Assert.That(results.Select(r => r.Error?.Code), Is.All.EqualTo(ErrorCode.Unavailable));
    }

    [Test]
    public async Task Operations_AsTelemetrySeesThem_AreOfTheServerAndNameTheError()
    {
        using var telemetry = new NodeTelemetry();
        var seen = new ConcurrentQueue<(string Name, object? System, object? Namespace, object? Error)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source == telemetry.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
                seen.Enqueue(
                    (
                        span.DisplayName,
                        span.GetTagItem("db.system.name"),
                        span.GetTagItem("db.namespace"),
                        span.GetTagItem("error.type")
                    )
                ),
        };
        ActivitySource.AddActivityListener(listener);
        var store = await OpenAsync(telemetry: telemetry);
        Server.FailNext(229, sql => sql == SqlServerStatements.Find);

        using (new Activity("request").Start())
        {
            await Assert.ThrowsAsync<StoreException>(() =>
                store.Records.FindAsync(s_key, CancellationToken.None).AsTask().Soon()
            );
            await WriteAsync(store);
        }

        Assert.That(
            seen,
            Has.Member(
                ($"find {_database.Name}", (object)"microsoft.sql_server", (object)_database.Name, (object)"229")
            )
        );
        // A commit is answered before its span ends.
        Assert.That(
            () => seen.Select(s => s.Name),
            Has.Member($"write {_database.Name}").And.Member($"commit {_database.Name}").After(10_000, 20)
        );
    }

    [Test]
    public async Task WriteAsync_AnswerToTheCommitLost_IsWrittenOnce()
    {
        var store = await OpenAsync();
        Server.FailNext(0, IsCommit, after: true);

        var result = (
            await store.Records.WriteAsync([RecordWrites.Registration("88.1/A", "x")], CancellationToken.None).Soon()
        )[0];

        Assert.That(
            (result.Outcome, result.Record?.Sequence, result.Record?.Version),
            Is.EqualTo((WriteOutcome.Created, 1, 1))
        );
        await AssertWrittenOnceAsync(store);
        Assert.That(_database.Server.Executed, Has.Member(SqlServerStatements.FindEntry));
    }

    [Test]
    public async Task WriteAsync_AnswerToAnUpdateLost_IsDoneAndNoConflict()
    {
        var store = await OpenAsync();
        var record = (
            await store.Records.WriteAsync([RecordWrites.Registration("88.1/A", "x")], CancellationToken.None).Soon()
        )[0].Record!;
        Server.FailNext(0, IsCommit, after: true);

        var result = (
            await store
                .Records.WriteAsync([RecordWrites.Change(record, LogOperation.Update, "y")], CancellationToken.None)
                .Soon()
        )[0];

        Assert.That(
            (result.Outcome, result.Record?.Version, result.Record?.Sequence),
            Is.EqualTo((WriteOutcome.Changed, 2, 2))
        );
        Assert.That(await store.Log.HeadAsync(CancellationToken.None), Is.EqualTo(2));
    }

    [Test]
    public async Task WriteAsync_ConnectionLostBeforeTheCommit_IsWrittenOnce()
    {
        var store = await OpenAsync();
        Server.FailNext(10054, IsCommit);

        Assert.That(await WriteAsync(store), Is.EqualTo(WriteOutcome.Created));
        await AssertWrittenOnceAsync(store);
    }

    [Test]
    public async Task WriteDocumentsAsync_AnswerToTheCommitLost_IsWrittenOnce()
    {
        var store = await OpenAsync();
        Server.FailNext(0, IsCommit, after: true);

        var written = await store
            .Documents.WriteAsync([Contracts.Documents.Write(LogKind.Key, "k1", "{}")], CancellationToken.None)
            .Soon();

        Assert.That((written.Value[0].Sequence, written.Value[0].Version), Is.EqualTo((1, 1)));
        Assert.That((await store.Documents.LoadAsync(CancellationToken.None)).Head, Is.EqualTo(1));
    }

    [Test]
    public async Task AddAsync_AnswerLost_IsNotAddedTwice()
    {
        var store = await OpenAsync();
        var day = new DateOnly(2026, 3, 1);
        Server.FailNext(0, sql => sql == SqlServerStatements.Commit, after: true);

        await Assert.ThrowsAsync<StoreException>(() =>
            store.Statistics.AddAsync([new(new(day, "mea", "mes", "resolve"), 3)], CancellationToken.None).Soon()
        );

        Assert.That(
            (await store.Statistics.ReadAsync(day, day, CancellationToken.None)).Select(c => c.Count),
            Is.EqualTo(new[] { 3 })
        );
    }

    [Test]
    public async Task Everything_ConnectionsCutMeanwhile_GoesOn()
    {
        var store = await OpenAsync();
        await WriteAsync(store);
        for (var i = 0; i < 10; i++)
        {
            Server.DropConnections();
            Assert.That((await store.Records.FindAsync(s_key, CancellationToken.None)).Head, Is.EqualTo(i + 1));
            Server.DropConnections();
            var results = await store
                .Records.WriteAsync([RecordWrites.Registration($"88.1/B{i}")], CancellationToken.None)
                .Soon();
            Assert.That(results[0].Outcome, Is.EqualTo(WriteOutcome.Created));
        }
        Assert.That(
            (await store.Log.ReadAsync(0, 100, CancellationToken.None)).Select(c => c.Sequence),
            Is.EqualTo(Enumerable.Range(1, 11))
        );
    }

    [Test]
    public async Task Everything_ServerFrozen_FailsInBoundedTimeThenAtOnceAndRecovers()
    {
        var store = await OpenAsync(TimeSpan.FromSeconds(1));
        await WriteAsync(store);
        Server.Freeze();

        var began = Stopwatch.GetTimestamp();
        await AssertUnavailableAsync(store);
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(4)));
        var waited = 0;
        for (var i = 0; i < 50; i++)
        {
            began = Stopwatch.GetTimestamp();
            await AssertUnavailableAsync(store);
            waited += Stopwatch.GetElapsedTime(began) > TimeSpan.FromMilliseconds(900) ? 1 : 0;
        }
        Assert.That(
            waited,
            Is.LessThan(10),
            "one in a while asks whether the server is back; nobody else queues for it"
        );
        Assert.That(
            (await store.Records.WriteAsync([RecordWrites.Registration("88.1/B")], CancellationToken.None).Soon())[0]
                .Error!
                .Code,
            Is.EqualTo(ErrorCode.Unavailable)
        );

        Server.Thaw();
        Assert.That(() => CanFind(store), Is.True.After(10_000, 100), "the same store answers again");
        Assert.That(
            (await store.Records.WriteAsync([RecordWrites.Registration("88.1/C")], CancellationToken.None).Soon())[
                0
            ].Outcome,
            Is.EqualTo(WriteOutcome.Created)
        );
    }

    [Test]
    public async Task WriteAsync_ServerFrozenMeanwhile_TellsEveryCallerInBoundedTimeAndNeverWritesTwice()
    {
        var store = await OpenAsync(TimeSpan.FromSeconds(1));
        await WriteAsync(store);
        Server.Freeze();

        var began = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(
                Enumerable
                    .Range(0, 20)
                    .Select(i =>
                        store.Records.WriteAsync([RecordWrites.Registration($"88.1/B{i}", "x")], CancellationToken.None)
                    )
            )
            .Soon();
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(8)));
        Assert.That(results.Select(r => r[0].Error?.Code), Is.All.EqualTo(ErrorCode.Unavailable));

        Server.Thaw();
        Assert.That(() => CanFind(store), Is.True.After(10_000, 100));
        for (var i = 0; i < 20; i++)
        {
            var again = (
                await store
                    .Records.WriteAsync([RecordWrites.Registration($"88.1/B{i}", "x")], CancellationToken.None)
                    .Soon()
            )[0];
            Assert.That(again.Outcome, Is.AnyOf(WriteOutcome.Created, WriteOutcome.Same));
        }
        Assert.That(await store.Log.HeadAsync(CancellationToken.None), Is.EqualTo(21));
    }

    [Test]
    public async Task Everything_ServerStoppedAndStarted_RecoversWithoutReopening()
    {
        var store = await OpenAsync(TimeSpan.FromSeconds(2));
        await WriteAsync(store);
        await Server.StopAsync();

        await AssertUnavailableAsync(store);
        Assert.That(
            (await store.Records.WriteAsync([RecordWrites.Registration("88.1/B")], CancellationToken.None).Soon())[0]
                .Error!
                .Code,
            Is.EqualTo(ErrorCode.Unavailable)
        );

        Server.Start();
        Assert.That(() => CanFind(store), Is.True.After(10_000, 100));
        Assert.That(
            (await store.Records.WriteAsync([RecordWrites.Registration("88.1/C")], CancellationToken.None).Soon())[0]
                .Record!
                .Sequence,
            Is.EqualTo(2)
        );
    }

    [Test]
    public async Task Everything_ColdServerAndManyCallers_AllAreAnswered()
    {
        var store = await OpenAsync(TimeSpan.FromSeconds(20));
        Server.Freeze();
        var asked = Enumerable
            .Range(0, 64)
            .Select(_ => Task.Run(() => store.Records.FindAsync(s_key, CancellationToken.None).AsTask()))
            .ToList();
        Assert.That(() => Server.Connections, Is.Positive.After(10_000, 10));

        Server.Thaw();

        Assert.That(await Task.WhenAll(asked).Soon(), Has.Length.EqualTo(64));
    }

    [Test]
    public async Task SlowStart_EachAnswer_LetsOneMoreIn()
    {
        var start = new SlowStart(SlowStart.First + 2);
        var calls = Enumerable
            .Range(0, SlowStart.First + 3)
            .Select(_ => start.EnterAsync(TimeSpan.FromSeconds(30), CancellationToken.None))
            .ToList();

        Assert.That(calls.Count(c => c.IsCompleted), Is.EqualTo(SlowStart.First));
        start.Leave(isAnswered: false);
        Assert.That(await calls[SlowStart.First], "a failure makes room for one");
        start.Leave(isAnswered: true);
        Assert.That(await Task.WhenAll(calls).Soon(), Is.All.True, "an answer for two");
        Assert.That(start.IsOver, Is.False);
        start.Leave(isAnswered: true);
        Assert.That(start.IsOver);
        Assert.That(await start.EnterAsync(TimeSpan.Zero, CancellationToken.None));
    }

    [Test]
    public async Task ResolveAsync_ReplicaBehindOrAway_AsksThePrimary()
    {
        using (var first = await OpenAsync())
        {
            await WriteAsync(first);
        }
        await using var replica = Server.CreateReplica(_database.Name);
        _database.Settings = _database.Settings with { SqlServerReplica = replica.ConnectionString };
        var store = await _database.OpenStoreAsync();
        await store.Records.WriteAsync([RecordWrites.Registration("88.1/B")], CancellationToken.None).Soon();

        var old = await store.Records.ResolveAsync(s_key, 1, CancellationToken.None);
        var current = await store.Records.ResolveAsync(LookupKey.Of("88.1/B"), 2, CancellationToken.None);
        Assert.That((old.Head, old.Record?.Version), Is.EqualTo((1, 1)), "the replica's own head");
        Assert.That((current.Head, current.Record?.Sequence), Is.EqualTo((2, 2)));

        replica.Refresh();
        Assert.That(
            (await store.Records.ResolveAsync(LookupKey.Of("88.1/B"), 2, CancellationToken.None)).Record,
            Is.Not.Null
        );
        await replica.Server.StopAsync();
        Assert.That((await store.Records.ResolveAsync(s_key, 0, CancellationToken.None)).Head, Is.EqualTo(2));
    }

    [Test]
    public async Task ResolveAsync_ReplicaFrozen_AsksThePrimarySoon()
    {
        using (var first = await OpenAsync())
        {
            await WriteAsync(first);
        }
        await using var replica = Server.CreateReplica(_database.Name);
        _database.Settings = _database.Settings with { SqlServerReplica = replica.ConnectionString };
        var store = await _database.OpenStoreAsync();
        replica.Server.Freeze();

        Assert.That((await store.Records.ResolveAsync(s_key, 0, CancellationToken.None)).Record, Is.Not.Null);
        var began = Stopwatch.GetTimestamp();
        Assert.That((await store.Records.ResolveAsync(s_key, 0, CancellationToken.None)).Record, Is.Not.Null);
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromMilliseconds(500)));
        replica.Server.Thaw();
    }

    private static bool IsCommit(string sql) => sql.Contains(SqlServerStatements.CommitGroup, StringComparison.Ordinal);

    private static bool CanFind(NodeStore store)
    {
        try
        {
            return store.Records.FindAsync(s_key, CancellationToken.None).AsTask().GetAwaiter().GetResult().Record
                is not null;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    private static async Task AssertUnavailableAsync(NodeStore store)
    {
        var failure = await Assert.ThrowsAsync<StoreException>(() =>
            store.Records.FindAsync(s_key, CancellationToken.None).AsTask().Soon()
        );
        Assert.That(failure!.Error.Code, Is.EqualTo(ErrorCode.Unavailable));
        Assert.That(
            failure.ToString(),
            Does.Not.Contain("Password").And.Not.Contain("127.0.0.1").And.Not.Contain(nameof(SqlException))
        );
    }

    private static async Task AssertWrittenOnceAsync(NodeStore store)
    {
        var (record, head) = await store.Records.FindAsync(s_key, CancellationToken.None);
        Assert.That((record?.Version, record?.Sequence, head), Is.EqualTo((1, 1, 1)));
        Assert.That(await store.Log.ReadAsync(0, 10, CancellationToken.None), Has.Count.EqualTo(1));
    }

    private static async Task<WriteOutcome> WriteAsync(NodeStore store) =>
        (await store.Records.WriteAsync([RecordWrites.Registration("88.1/A", "x")], CancellationToken.None).Soon())[
            0
        ].Outcome;

    private Task<NodeStore> OpenAsync(TimeSpan? timeout = null, NodeTelemetry? telemetry = null)
    {
        _database.Settings = new StoreSettings("", _database.ConnectionString, "", timeout ?? TimeSpan.FromSeconds(5));
        return _database.OpenStoreAsync(telemetry);
    }
}
