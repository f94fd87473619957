using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Traceability;
using IdResolution.Storage.Sql;
using IdResolution.Storage.SqlServer;
using IdResolution.Storage.Tests.Contracts;
using IdResolution.Testing;
using static IdResolution.Testing.EventWrites;

namespace IdResolution.Storage.Tests.ServerDialect;

/// <summary>
/// What one node writes about holds and parts between another node's look-up and its commit. The other one decides anew
/// where those of its own items changed, and only there.
/// </summary>
public sealed class ServerDialectHoldTests
{
    private const string Roll = "88.1/ROLL";
    private const string Piece = "88.1/PIECE";
    private const string Stack = "88.1/STACK";
    private const string Epc = "urn:epc:id:sgtin:6912345.011122.a1";

    private static readonly CancellationToken s_stop = CancellationToken.None;

    private readonly ServerDialectDatabase _database = new();

    private NodeStore _one = null!;
    private NodeStore _other = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _database.Empty();
        _one = await _database.OpenStoreAsync();
        _other = await _database.OpenStoreAsync();
        // An item that is new to both would be found out by its name.
        var known = new[] { Roll, Piece, Stack }.Select(i => Member(MemberRole.Item, i));
        await WriteAsync(_one, Event("e0", EventType.Observe, 0, [.. known]));
    }

    [TearDown]
    public void NoteTest() => Coverage.Ran(GetType(), TestContext.CurrentContext.Test.MethodName!);

    [OneTimeTearDown]
    public void Drop() => _database.Dispose();

    [Test]
    public async Task Use_OfAnItemThatIsHeldMeanwhile_IsRefusedWhereItMustBeFree()
    {
        await WriteAsync(_one, Pair("e1", Piece, Roll));

        var (used, _) = await WriteBesideAsync(
            Pair("e2", Stack, Piece) with
            {
                MustBeFree = [Key(Piece)],
            },
            () => WriteAsync(_other, Hold("h1", HoldScope.Item, 1, Piece))
        );

        Assert.That(used.Outcome, Is.EqualTo(EventOutcome.Held));
    }

    [Test]
    public async Task Use_OfAnItemThatGetsAHoldHandedOnMeanwhile_HandsItOn()
    {
        await WriteAsync(_one, Hold("h1", HoldScope.MadeFrom, 1, Roll));

        await WriteBesideAsync(Pair("e2", Stack, Piece), () => WriteAsync(_other, Pair("e1", Piece, Roll)));

        Assert.That(await CountHoldsAsync(Stack), Is.EqualTo(1));
    }

    [Test]
    public async Task Event_WhoseOutputIsUsedMeanwhile_HasItsHoldGoOn()
    {
        await WriteAsync(_one, Hold("h1", HoldScope.MadeFrom, 1, Roll));

        var (made, _) = await WriteBesideAsync(
            Pair("e1", Piece, Roll),
            () => WriteAsync(_other, Pair("e2", Stack, Piece))
        );
        Assert.That(made.Spreads, Has.Count.EqualTo(1));
        await new HoldSpreader(_one.Events).SpreadAsync(made.Spreads[0], s_stop).Soon();

        Assert.That(await CountHoldsAsync(Stack), Is.EqualTo(1));
    }

    [Test]
    public async Task Correction_OfAnEventByWhichAHoldIsSpreadMeanwhile_TakesItBack()
    {
        var wrong = await WriteAsync(_one, Pair("e1", Piece, Roll));

        var (corrected, _) = await WriteBesideAsync(
            Correction("c1", 3, wrong.Object),
            async () =>
            {
                var hold = await WriteAsync(_other, Hold("h1", HoldScope.MadeFrom, 1, Roll));
                await new HoldSpreader(_other.Events).SpreadAsync(hold.Object, s_stop).Soon();
            }
        );
        foreach (var hold in corrected.Spreads)
        {
            await new HoldSpreader(_one.Events).SpreadAsync(hold, s_stop).Soon();
        }

        Assert.That((await CountHoldsAsync(Roll), await CountHoldsAsync(Piece)), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Release_OfAnItemThatIsHeldMeanwhile_EndsThatHold()
    {
        await WriteAsync(_one, Pair("e1", Stack, Piece));

        await WriteBesideAsync(
            Event("r1", EventType.Release, 5, Member(MemberRole.Item, Piece)),
            () => WriteAsync(_other, Hold("h1", HoldScope.Item, 1, Piece))
        );

        Assert.That(await CountHoldsAsync(Piece), Is.Zero);
    }

    [Test]
    public async Task Release_OfAHoldThatIsCorrectedMeanwhile_EndsTheRightOne()
    {
        var wrong = await WriteAsync(_one, Hold("h1", HoldScope.Item, 1, Roll));

        await WriteBesideAsync(
            Event("r1", EventType.Release, 5) with
            {
                Ends = [wrong.Object],
            },
            () => WriteAsync(_other, Hold("h2", HoldScope.Item, 1, Piece) with { Voids = wrong.Object })
        );

        Assert.That((await CountHoldsAsync(Roll), await CountHoldsAsync(Piece)), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Event_BesideASpreadOverOtherItems_IsCommittedAtOnce()
    {
        await WriteAsync(_one, Pair("e1", "88.1/MADE", Roll));
        var hold = await WriteAsync(_one, Hold("h1", HoldScope.MadeFrom, 1, Roll));

        var (used, commits) = await WriteBesideAsync(
            Pair("e2", Stack, Piece),
            () => new HoldSpreader(_other.Events).SpreadAsync(hold.Object, s_stop).Soon()
        );

        Assert.That((used.Outcome, commits), Is.EqualTo((EventOutcome.Created, 1)));
    }

    [Test]
    public async Task Event_OfAUriWhoseItemIsRegisteredMeanwhile_IsOfTheRecord()
    {
        var registration = await RegistrationByGs1KeyAsync();
        var number = 0L;

        var (used, _) = await WriteBesideAsync(
            Pair("e2", Stack, Epc),
            async () => number = (await WriteAsync(_other, registration)).Record!.Object
        );

        Assert.That(used.Outcome, Is.EqualTo(EventOutcome.Created));
        Assert.That(await _one.Events.NumbersAsync([Key(Epc)], s_stop), Is.EqualTo(new[] { number }));
        var members = await _one.Events.MembersAsync([used.Object], [MemberRole.Input], s_stop);
        Assert.That(members.Select(m => m.Item), Is.EqualTo(new[] { number }));
    }

    [Test]
    public async Task Use_OfARecordThatGetsTheGs1KeyOfAHeldUriMeanwhile_IsRefused()
    {
        var registration = await RegistrationByGs1KeyAsync();
        var record = (await WriteAsync(_one, RecordWrites.Registration("88.1/REC"))).Record!;
        await WriteAsync(_one, Hold("h1", HoldScope.MadeFrom, 1, Epc));

        var (used, _) = await WriteBesideAsync(
            Pair("e2", Stack, "88.1/REC") with
            {
                MustBeFree = [Key("88.1/REC")],
            },
            () => WriteAsync(_other, RecordWrites.Change(record, LogOperation.Update) with { Rows = registration.Rows })
        );

        Assert.That(used.Outcome, Is.EqualTo(EventOutcome.Held));
    }

    [TestCase(Epc)]
    [TestCase("88.1/REC")]
    public async Task Use_OfAnItemThatIsRegisteredAndHeldMeanwhile_IsRefused(string name)
    {
        var registration = await RegistrationByGs1KeyAsync();
        await WriteAsync(_one, Event("e1", EventType.Observe, 0, Member(MemberRole.Item, name)));

        var (used, _) = await WriteBesideAsync(
            Pair("e2", Stack, name) with
            {
                MustBeFree = [Key(name)],
            },
            async () =>
            {
                await WriteAsync(_other, registration);
                await WriteAsync(_other, Hold("h1", HoldScope.MadeFrom, 1, "88.1/REC"));
            }
        );

        Assert.That(used.Outcome, Is.EqualTo(EventOutcome.Held));
    }

    [Test]
    public async Task Assembly_WhoseOtherHalfIsWrittenMeanwhile_IsACycle()
    {
        var (put, _) = await WriteBesideAsync(
            Contains("a1", Stack, Piece),
            () => WriteAsync(_other, Contains("a2", Piece, Stack), Hold("h1", HoldScope.Item, 1, "88.1/X"))
        );

        Assert.That(put.Outcome, Is.EqualTo(EventOutcome.Cycle));
    }

    [Test]
    public async Task Assembly_BesideACorrectionThatPutsItsParentBack_IsACycle()
    {
        await WriteAsync(_one, Contains("a1", Piece, Stack));
        var taken = await WriteAsync(
            _one,
            Event("d1", EventType.Disassemble, 1, Member(MemberRole.RemovedFrom, Piece))
        );

        var (put, _) = await WriteBesideAsync(
            Contains("a2", Stack, Piece, 3),
            () => WriteAsync(_other, Correction("c1", 4, taken.Object))
        );

        Assert.That(put.Outcome, Is.EqualTo(EventOutcome.Cycle));
    }

    [Test]
    public async Task Assembly_BesideAnother_IsCommittedAtOnce()
    {
        var (put, commits) = await WriteBesideAsync(
            Contains("a1", Stack, Piece),
            () => WriteAsync(_other, Contains("a2", Stack, Roll), Hold("h1", HoldScope.Item, 1, "88.1/X"))
        );

        Assert.That((put.Outcome, commits), Is.EqualTo((EventOutcome.Created, 1)));
    }

    /// <summary>
    /// Writes an event on the one node, and does something else on the other between its look-up and its commit. Tells
    /// how often it was sent to commit after that.
    /// </summary>
    private async Task<(EventWriteResult Result, int Commits)> WriteBesideAsync(EventWrite write, Func<Task> meanwhile)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string? held = null;
        var isReleased = false;
        var commits = 0;
        // It tries again until it is let through.
        for (var i = 0; i < 200; i++)
        {
            _database.Server.FailNext(1205, IsHeldBack);
        }
        var writing = WriteAsync(_one, write);
        await reached.Task.Soon();
        await meanwhile();
        _database.Server.FailNext(1205, IsCounted);
        Volatile.Write(ref isReleased, true);
        return (await writing, commits);

        bool IsHeldBack(string sql)
        {
            if (Volatile.Read(ref isReleased) || !IsCommit(sql))
            {
                return false;
            }
            // The first is the one's; what the other says is another text.
            held ??= sql;
            reached.TrySetResult();
            return sql == held;
        }

        bool IsCounted(string sql)
        {
            commits += IsCommit(sql) ? 1 : 0;
            return false;
        }
    }

    private static bool IsCommit(string sql) => sql.Contains(SqlServerStatements.CommitGroup, StringComparison.Ordinal);

    private static async Task<EventWriteResult> WriteAsync(NodeStore store, params EventWrite[] writes) =>
        (await store.Events.WriteAsync(writes, s_stop).Soon())[0];

    private static async Task<RecordWriteResult> WriteAsync(NodeStore store, RecordWrite write) =>
        (await store.Records.WriteAsync([write], s_stop).Soon())[0];

    /// <summary>The registration of the item of the EPC.</summary>
    private async Task<RegisterRecord> RegistrationByGs1KeyAsync()
    {
        const string Gs1Key = "(01)06912345111225(21)a1";
        var source = Documents.Write(LogKind.Configuration, "source:gs1", """{"code":"gs1","caseSensitive":true}""");
        var number = (await _one.Documents.WriteAsync([source], s_stop).Soon()).Value[0].Object;
        var row = BusinessKeys.Row(number, Gs1Key, Gs1Key);
        return RecordWrites.Registration("88.1/REC") with { FirstKey = [row], Rows = [row] };
    }

    private async Task<int> CountHoldsAsync(string item) =>
        (await _one.Events.HoldsAsync(await _one.Events.NumbersAsync([Key(item)], s_stop), s_stop)).Count;

    private static EventWrite Contains(string key, string parent, string child, int minute = 0) =>
        Event(key, EventType.Assemble, minute, Member(MemberRole.Parent, parent), Member(MemberRole.Child, child));

    private static EventWrite Pair(string key, string output, string input) =>
        Event(key, EventType.Transform, 2, Member(MemberRole.Output, output), Member(MemberRole.Input, input));
}
