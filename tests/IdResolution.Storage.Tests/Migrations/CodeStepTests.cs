using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Storage.Tests.Contracts;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Migrations;

/// <summary>
/// Migrations in code, on either store: page by page, resumed, shared by nodes, and never written into by a node that
/// does not know them.
/// </summary>
public abstract class CodeStepTests<TDatabase>
    where TDatabase : IStepDatabase, new()
{
    private const int Lines = 10;
    private const string Identifier = "88.1/before";

    private TDatabase _database = default!;
    private NodeStore _earlier = null!;

    [SetUp]
    public async Task MakeStoreOfTheEarlierVersionAsync()
    {
        _database = new TDatabase();
        _earlier = await _database.OpenEarlierAsync().Soon();
        await _earlier.Records.WriteAsync([RecordWrites.Registration(Identifier)], CancellationToken.None).Soon();
        var lines = Enumerable.Range(1, Lines).Select(i => new AuditEvent(i, "k-1", "erase", "x", "done", i));
        await _earlier.Audit.AppendAsync([.. lines], CancellationToken.None).Soon();
    }

    [TearDown]
    public void CloseAll()
    {
        _earlier.Dispose();
        _database.Dispose();
    }

    [Test]
    public async Task OpenAsync_StepPending_DoesEachRowOnceAndTellsHowFarItIs()
    {
        var reports = new List<MigrationProgress>();

        using var later = await _database.OpenLaterAsync(new StepProbe(), new Collected<MigrationProgress>(reports));

        AssertMigrated();
        Assert.That(reports.Select(r => r.Done), Is.EqualTo(new long[] { 0, 3, 6, 9, 10 }));
        Assert.That(reports.Select(r => r.Total), Is.All.EqualTo(Lines));
        Assert.That(reports[0].Left, Is.Null, "nothing is known of its rate");
        Assert.That(reports[2].Left, Is.Not.Null);
        Assert.That(reports[^1].Left, Is.EqualTo(TimeSpan.Zero));
        Assert.That(reports[0].Migration, Does.EndWith("_audit_counts"));
        await AssertWritesAsync(later, "88.1/after");
    }

    [Test]
    public async Task OpenAsync_OnceMore_FindsNothingToDo()
    {
        (await _database.OpenLaterAsync(new StepProbe())).Dispose();
        var again = new StepProbe();

        (await _database.OpenLaterAsync(again)).Dispose();

        Assert.That(again.Pages, Is.Zero);
        AssertMigrated();
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public async Task OpenAsync_KilledInAPage_GoesOnWhereItStood(int page)
    {
        await KillAsync(page);
        Assert.That(Epoch(), Is.EqualTo(-Later));
        Assert.That(Changed(), Is.EqualTo((page - 1) * StepProbe.PageRows), "the page is undone");
        var reports = new List<MigrationProgress>();
        var resumed = new StepProbe();

        using var later = await _database.OpenLaterAsync(resumed, new Collected<MigrationProgress>(reports));

        Assert.That(resumed.Pages, Is.EqualTo(5 - page));
        Assert.That(reports[0].Done, Is.EqualTo((page - 1) * StepProbe.PageRows));
        AssertMigrated();
    }

    [Test]
    public async Task OpenAsync_SeveralNodesAtOnce_DoEachRowOnce()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _database.OpenLaterAsync(new StepProbe())))
            .Soon();

        // One may have opened for reading, while another was at the step.
        (await _database.OpenLaterAsync(new StepProbe()).Soon()).Dispose();
        AssertMigrated();
        for (var i = 0; i < stores.Length; i++)
        {
            await AssertWritesAsync(stores[i], $"88.1/after-{i}");
            stores[i].Dispose();
        }
    }

    [Test]
    public async Task WriteAsync_EarlierNode_FailsFromTheStepsBeginningOn()
    {
        var refused = new List<Error?>();
        var found = new List<RecordLookup>();
        var progress = new Doing<MigrationProgress>(_ =>
        {
            refused.Add(Write(_earlier, "88.1/meanwhile"));
            found.Add(_earlier.Records.FindAsync(LookupKey.Of(Identifier), CancellationToken.None).AsTask().Result);
        });

        using var later = await _database.OpenLaterAsync(new StepProbe(), progress).Soon();
        refused.Add(Write(_earlier, "88.1/later"));

        Assert.That(refused, Has.Count.EqualTo(6).And.All.Not.Null);
        Assert.That(refused.Select(e => e!.Code), Is.All.EqualTo(ErrorCode.Unavailable));
        Assert.That(refused.Select(e => e!.Message.En), Is.All.Contains("idnode migrate"));
        Assert.That(found.Select(f => f.Record), Is.All.Not.Null, "reading goes on");
        Assert.That(_database.Number("SELECT COUNT(*) FROM records"), Is.EqualTo(1));
        await AssertWritesAsync(later, "88.1/after");
    }

    [Test]
    public async Task WriteAsync_EarlierNode_WritesNoDocumentsAndMovesNoReader()
    {
        var lease = (
            await _earlier.Leases.TakeAsync("r", "a", TimeSpan.FromMinutes(1), CancellationToken.None).Soon()
        )!;
        using var later = await _database.OpenLaterAsync(new StepProbe());

        Assert.That(
            async () =>
                await _earlier
                    .Documents.WriteAsync([Documents.Write(LogKind.Key, "k1", "{}")], CancellationToken.None)
                    .Soon(),
            Throws.InstanceOf<StoreException>().With.Message.Contains("idnode migrate")
        );
        Assert.That(
            async () => await _earlier.Readers.MoveAsync(new LogMove(lease, "r", 0, 1), CancellationToken.None).Soon(),
            Throws.InstanceOf<StoreException>().With.Message.Contains("idnode migrate")
        );
        Assert.That(await later.Readers.CursorAsync("r", CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task WriteAsync_LaterNodeWhileTheStepIsUnderWay_IsRefusedOrTheStepIsDone()
    {
        var outcomes = new List<(Error? Error, long Epoch)>();
        var progress = new Doing<MigrationProgress>(at =>
        {
            if (at.Done == StepProbe.PageRows)
            {
                using var second = _database.OpenLaterAsync(new StepProbe()).Result;
                outcomes.Add((Write(second, "88.1/second"), Epoch()));
            }
        });

        using var first = await _database.OpenLaterAsync(new StepProbe(), progress).Soon();

        Assert.That(outcomes, Has.Count.EqualTo(1));
        Assert.That(outcomes[0].Error is null, Is.EqualTo(outcomes[0].Epoch == Later));
        AssertMigrated();
    }

    [Test]
    public async Task OpenAsync_StepLeft_ReadsAndWritesAfterIt()
    {
        using var serving = await _database.OpenLaterLeavingAsync(new StepProbe()).Soon();
        var before = Write(serving, "88.1/too-soon");
        var found = await serving.Records.FindAsync(LookupKey.Of(Identifier), CancellationToken.None);

        (await _database.OpenLaterAsync(new StepProbe()).Soon()).Dispose();

        Assert.That(serving.HasStepLeft);
        Assert.That(before?.Message.En, Does.Contain("idnode migrate"));
        Assert.That(found.Record, Is.Not.Null);
        AssertMigrated();
        await AssertWritesAsync(serving, "88.1/after");
    }

    [Test]
    public async Task OpenAsync_EarlierNode_RefusesWhatTheStepDidAndWhatItBegan()
    {
        await KillAsync(2);
        var begun = await Assert.ThrowsAsync<DatabaseUnusableException>(_database.OpenEarlierAsync);
        (await _database.OpenLaterAsync(new StepProbe())).Dispose();
        var done = await Assert.ThrowsAsync<DatabaseUnusableException>(_database.OpenEarlierAsync);

        Assert.That(begun!.Message, Does.Contain("newer").And.Contain("idnode migrate"));
        Assert.That(done!.Message, Does.Contain("newer than this node's"));
    }

    [Test]
    public async Task OpenAsync_BegunByAnotherMaking_IsRefused()
    {
        await KillAsync(2);

        var refusal = await Assert.ThrowsAsync<DatabaseUnusableException>(() =>
            _database.OpenLaterAsync(new StepProbe { Identity = "another" })
        );

        Assert.That(refusal!.Message, Does.Contain("begun by another version"));
        Assert.That(Changed(), Is.EqualTo(StepProbe.PageRows));
    }

    [Test]
    public async Task OpenAsync_NotEnoughRoom_ChangesNothingWhereThatIsKnown()
    {
        var step = new StepProbe { Bytes = long.MaxValue / 4 };

        if (!_database.KnowsRoom)
        {
            (await _database.OpenLaterAsync(step)).Dispose();
            AssertMigrated();
            return;
        }
        var refusal = await Assert.ThrowsAsync<DatabaseUnusableException>(() => _database.OpenLaterAsync(step));

        Assert.That(refusal!.Message, Does.Contain("MiB free").And.Contain("idnode migrate"));
        Assert.That(step.Pages, Is.Zero);
        Assert.That(Changed(), Is.Zero);
        await AssertWritesAsync(_earlier, "88.1/earlier");
    }

    [Test]
    public async Task OpenAsync_EmptyDatabase_TakesTheStepsAsDone()
    {
        using var empty = new TDatabase();

        using var store = await empty.OpenLaterLeavingAsync(new StepProbe()).Soon();

        Assert.That(store.HasStepLeft, Is.False);
        Assert.That(empty.Number("SELECT value FROM counters WHERE name = 'epoch'"), Is.EqualTo(Later));
        await AssertWritesAsync(store, "88.1/first");
    }

    private static Error? Write(NodeStore store, string identifier) =>
        store
            .Records.WriteAsync([RecordWrites.Registration(identifier)], CancellationToken.None)
            .Soon()
            .Result[0]
            .Error;

    private static async Task AssertWritesAsync(NodeStore store, string identifier)
    {
        var written = await store
            .Records.WriteAsync([RecordWrites.Registration(identifier)], CancellationToken.None)
            .Soon();
        Assert.That(written[0].Error, Is.Null);
    }

    private Task KillAsync(int page)
    {
        var step = new StepProbe
        {
            InPage = at =>
            {
                if (at == page)
                {
                    throw new InvalidOperationException("killed");
                }
            },
        };
        Assert.That(
            async () => await _database.OpenLaterAsync(step).Soon(),
            Throws.InstanceOf<InvalidOperationException>().With.Message.EqualTo("killed")
        );
        return Task.CompletedTask;
    }

    private void AssertMigrated()
    {
        Assert.That(Changed(), Is.EqualTo(Lines));
        Assert.That(_database.Number("SELECT COUNT(*) FROM audit WHERE [count] = id + 1000"), Is.EqualTo(Lines));
        Assert.That(Epoch(), Is.EqualTo(Later));
        Assert.That(
            _database.Number("SELECT COUNT(*) FROM settings WHERE name LIKE 'migration:%'"),
            Is.Zero,
            "no mark is left"
        );
        Assert.That(_database.Number("SELECT COUNT(*) FROM after_the_step"), Is.Zero, "and the script ran after it");
    }

    /// <summary>The epoch that the step of these tests brings.</summary>
    private static long Later => SqliteMigrator.Plan.Epoch + 1;

    private long Changed() => _database.Number("SELECT COUNT(*) FROM audit WHERE [count] > 1000");

    private long Epoch() => _database.Number("SELECT value FROM counters WHERE name = 'epoch'");
}
