using IdResolution.Core.Events;
using IdResolution.Testing;
using static IdResolution.Testing.EventWrites;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>Nothing is part of itself at any time, in whatever order events come.</summary>
public abstract class EventCycleContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private const string A = "88.1/A";
    private const string B = "88.1/B";
    private const string C = "88.1/C";
    private const string Epc = "urn:epc:id:sgtin:6912345.011122.a1";

    private static readonly CancellationToken s_stop = CancellationToken.None;

    protected IEventStore Store => Ports.Events;

    [TestCase(9, EventOutcome.Cycle)]
    [TestCase(4, EventOutcome.Created)]
    public async Task WriteAsync_LateEvent_IsACycleUnlessItsPartWasTakenOutBefore(int taken, EventOutcome expected)
    {
        await WriteAsync(Contains("e1", 5, A, B));
        await WriteAsync(Removes("e2", taken, B, A));

        Assert.That((await WriteAsync(Contains("e3", 3, B, A))).Outcome, Is.EqualTo(expected));
    }

    [Test]
    public async Task WriteAsync_LateEvent_IsACycleOverSeveral_WithItsPath()
    {
        var results = await Store
            .WriteAsync(
                [
                    Contains("e1", 10, A, B),
                    Contains("e2", 12, B, C),
                    Contains("e3", 9, C, A),
                    Contains("e4", 9, C, "88.1/D"),
                ],
                s_stop
            )
            .Soon();

        EventOutcome[] expected =
        [
            EventOutcome.Created,
            EventOutcome.Created,
            EventOutcome.Cycle,
            EventOutcome.Created,
        ];
        Assert.That(results.Select(r => r.Outcome), Is.EqualTo(expected));
        Assert.That(results[2].Path, Is.EqualTo(new[] { Key(C), Key(B), Key(A) }));
    }

    [Test]
    public async Task WriteAsync_PartsThatAreNeverThereAtOneTime_AreNoCycle()
    {
        await WriteAsync(Contains("e1", 1, A, B));
        await WriteAsync(Removes("e2", 4, A, B));
        await WriteAsync(Contains("e3", 5, B, C));
        await WriteAsync(Event("e4", EventType.Disassemble, 8, Member(MemberRole.RemovedFrom, B)));

        Assert.That((await WriteAsync(Contains("e5", 2, C, A))).Outcome, Is.EqualTo(EventOutcome.Created));
        Assert.That((await WriteAsync(Contains("e6", 6, C, B))).Outcome, Is.EqualTo(EventOutcome.Cycle));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task WriteAsync_CorrectionOfATakingOut_IsRefusedWhereItClosesACircle(bool isEmptied)
    {
        await WriteAsync(Contains("e1", 1, A, B));
        var wrong = isEmptied
            ? Event("e2", EventType.Disassemble, 4, Member(MemberRole.RemovedFrom, A))
            : Removes("e2", 4, A, B);
        var taken = await WriteAsync(wrong);
        await WriteAsync(Contains("e3", 6, B, A));
        await WriteAsync(Contains("e4", 6, A, C));

        var refused = await WriteAsync(Correction("e5", 7, taken.Object));
        var moved = await WriteAsync(Removes("e6", 5, A, B) with { Voids = taken.Object });

        Assert.That((refused.Outcome, moved.Outcome), Is.EqualTo((EventOutcome.Cycle, EventOutcome.Created)));
        Assert.That(refused.Path, Is.EqualTo(new[] { Key(A), Key(B) }));
    }

    [Test]
    public async Task WriteAsync_ItemRegisteredSince_IsTheSamePart()
    {
        await WriteAsync(Contains("e1", 1, A, B));
        await WriteDoneAsync(RecordWrites.Registration(B));
        Assert.That((await WriteAsync(Contains("e2", 2, B, A))).Outcome, Is.EqualTo(EventOutcome.Cycle));

        await WriteDoneAsync(RecordWrites.Registration(A));
        Assert.That((await WriteAsync(Contains("e3", 2, B, A))).Outcome, Is.EqualTo(EventOutcome.Cycle));
        await WriteAsync(Removes("e4", 3, A, B));
        Assert.That((await WriteAsync(Contains("e5", 3, B, A))).Outcome, Is.EqualTo(EventOutcome.Created));
    }

    [Test]
    public async Task WriteAsync_UriWhoseItemIsRegisteredSince_IsTheSamePart()
    {
        await WriteAsync(Contains("e1", 1, A, Epc));
        await WriteAsync(Contains("e2", 1, Epc, C));
        var registration = RecordWrites.Registration(B);
        await WriteDoneAsync(WithGs1Key(registration, await SourceAsync(), "(01)06912345111225(21)a1"));

        Assert.That((await WriteAsync(Contains("e3", 2, B, A))).Outcome, Is.EqualTo(EventOutcome.Cycle));
        Assert.That((await WriteAsync(Contains("e4", 2, C, A))).Outcome, Is.EqualTo(EventOutcome.Cycle));
    }

    protected async Task<EventWriteResult> WriteAsync(EventWrite write) =>
        (await Store.WriteAsync([write], s_stop).Soon())[0];

    private static EventWrite Removes(string key, int minute, string parent, string child) =>
        Event(
            key,
            EventType.Disassemble,
            minute,
            Member(MemberRole.RemovedFrom, parent),
            Member(MemberRole.Removed, child)
        );

    protected static EventWrite Contains(string key, int minute, string parent, string child) =>
        Event(key, EventType.Assemble, minute, Member(MemberRole.Parent, parent), Member(MemberRole.Child, child));
}
