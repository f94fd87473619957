using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Testing;
using static IdResolution.Testing.EventWrites;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>Registrations with events: all of it is written in one transaction, or nothing.</summary>
public abstract class RegistrationEventContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private const string Roll = "88.1/ROLL-1";
    private const string Piece = "88.1/MEA-1";
    private const string Stack = "88.1/STACK-1";

    private static readonly CancellationToken s_stop = CancellationToken.None;

    [Test]
    public async Task WriteAsync_ItemWithEvents_AreEntriesBehindItsOwn_AndNameItsRecord()
    {
        var roll = await WriteDoneAsync(RecordWrites.Registration(Roll));
        var results = await WriteWithAsync(With(Piece, Made("e1", Piece, Roll), Contains("e2", Stack, Piece)));

        var result = (RecordWithEventsResult)results[0];
        Assert.That((result.Outcome, result.Record!.Sequence), Is.EqualTo((WriteOutcome.Created, 2L)));
        Assert.That(
            result.Events.Select(e => (e.Outcome, e.Sequence)),
            Is.EqualTo(new[] { (EventOutcome.Created, 3L), (EventOutcome.Created, 4L) })
        );
        var members = await Ports.Events.MembersAsync(
            [result.Events[0].Object],
            [MemberRole.Output, MemberRole.Input],
            s_stop
        );
        Assert.That(members.Select(m => m.Item), Is.EqualTo(new[] { result.Record.Object, roll.Object }));
        Assert.That(await Ports.Upkeep.BeforeAsync([result.Record.Object], s_stop), Is.Empty);
        Assert.That(await Ports.Events.HeadAsync(s_stop), Is.EqualTo(4));
    }

    [Test]
    public async Task WriteAsync_EventThatIsThere_IsTheSame()
    {
        var there = (await Ports.Events.WriteAsync([Made("e1", Piece, Roll)], s_stop).Soon())[0];
        var results = await WriteWithAsync(With(Piece, Made("e1", Piece, Roll)));

        var result = (RecordWithEventsResult)results[0];
        Assert.That(result.Outcome, Is.EqualTo(WriteOutcome.Created));
        Assert.That(
            (result.Events[0].Outcome, result.Events[0].Object, result.Events[0].Sequence),
            Is.EqualTo((EventOutcome.Same, there.Object, there.Sequence))
        );
    }

    [Test]
    public async Task WriteAsync_EventWhoseKeyIsTaken_RefusesTheItem_AndNotItsNeighbours()
    {
        var taken = (await Ports.Events.WriteAsync([Made("e1", Stack, Roll)], s_stop).Soon())[0];
        var results = await WriteWithAsync(
            With("88.1/A", Made("a", "88.1/A", Roll)),
            With(
                Piece,
                Made("e0", Piece, Roll),
                Made("e1", Piece, Roll) with
                {
                    Digest = RecordWrites.Digest("other"),
                }
            ),
            With("88.1/B", Made("b", "88.1/B", Roll))
        );

        Assert.That(
            results.Select(r => r.Outcome),
            Is.EqualTo(new[] { WriteOutcome.Created, WriteOutcome.EventRefused, WriteOutcome.Created })
        );
        var refused = (RecordWithEventsResult)results[1];
        Assert.That(
            (refused.Record, refused.Events.Count, refused.Events[1].Outcome, refused.Events[1].Object),
            Is.EqualTo(((StoredRecord?)null, 2, EventOutcome.KeyTaken, taken.Object))
        );
        await AssertNothingOfAsync(Piece, "e0");
        Assert.That(await Ports.Events.HeadAsync(s_stop), Is.EqualTo(5));
    }

    [Test]
    public async Task WriteAsync_CycleClosedByTheEventsOfOneItem_WritesNothingOfIt()
    {
        var results = await WriteWithAsync(
            With("88.1/A", Made("a", "88.1/A", Roll)),
            With(Piece, Contains("e1", Stack, Piece), Contains("e2", Piece, Stack)),
            With("88.1/B", Made("b", "88.1/B", Roll))
        );

        Assert.That(
            results.Select(r => r.Outcome),
            Is.EqualTo(new[] { WriteOutcome.Created, WriteOutcome.EventRefused, WriteOutcome.Created })
        );
        Assert.That(
            ((RecordWithEventsResult)results[1]).Events.Select(e => e.Outcome),
            Is.EqualTo(new[] { EventOutcome.Created, EventOutcome.Cycle })
        );
        await AssertNothingOfAsync(Piece, "e1");
        var again = await WriteWithAsync(With(Piece, Contains("e1", Stack, Piece)));
        Assert.That(again[0].Outcome, Is.EqualTo(WriteOutcome.Created));
    }

    [Test]
    public async Task WriteAsync_ItemThatIsThere_IsTheSame_WhateverItsEventsSay()
    {
        await WriteDoneAsync(RecordWrites.Registration(Piece));
        await Ports.Events.WriteAsync([Made("e1", Stack, Roll)], s_stop).Soon();
        var head = await Ports.Events.HeadAsync(s_stop);

        var results = await WriteWithAsync(
            With(Piece, Made("e1", Piece, Roll) with { Digest = RecordWrites.Digest("other") }),
            With(Piece, Made("e2", Piece, Roll))
        );

        Assert.That(results.Select(r => r.Outcome), Is.All.EqualTo(WriteOutcome.Same));
        Assert.That(await Ports.Events.HeadAsync(s_stop), Is.EqualTo(head));
    }

    [Test]
    public async Task WriteAsync_TombstoneThatComesBackWithEvents_HasThem()
    {
        var piece = await WriteDoneAsync(RecordWrites.Registration(Piece));
        await WriteDoneAsync(RecordWrites.Change(piece, Core.ChangeLog.LogOperation.Revoke));

        var back = RecordWrites.Registration(Piece) with { Reinstate = true };
        var results = await WriteWithAsync(new RegisterWithEvents(back, [Made("e1", Piece, Roll)]));

        var result = (RecordWithEventsResult)results[0];
        Assert.That((result.Outcome, result.Record!.Version), Is.EqualTo((WriteOutcome.Reinstated, 3L)));
        Assert.That(result.Events.Single().Outcome, Is.EqualTo(EventOutcome.Created));
    }

    [Test]
    public async Task WriteAsync_HeldInput_HandsItsHoldOnInTheSameTransaction()
    {
        await WriteDoneAsync(RecordWrites.Registration(Roll));
        var hold = (await Ports.Events.WriteAsync([Hold("h", HoldScope.MadeFrom, 1, Roll)], s_stop).Soon())[0];

        var result = (RecordWithEventsResult)(await WriteWithAsync(With(Piece, Made("e1", Piece, Roll))))[0];

        Assert.That(
            await Ports.Events.HoldsAsync([result.Record!.Object], s_stop),
            Is.EqualTo(new[] { new ItemHold(result.Record.Object, hold.Object, IsOwn: false) })
        );
    }

    [Test]
    public async Task WriteAsync_HeldInputThatMustBeFree_RefusesTheItem()
    {
        await Ports.Events.WriteAsync([Hold("h", HoldScope.MadeFrom, 1, Roll)], s_stop).Soon();

        var results = await WriteWithAsync(
            With(Piece, Contains("e1", Stack, Piece), Made("e2", Piece, Roll) with { MustBeFree = [Key(Roll)] })
        );

        var refused = (RecordWithEventsResult)results[0];
        Assert.That(
            (refused.Outcome, refused.Events[^1].Outcome, refused.Events[^1].Path.Single()),
            Is.EqualTo((WriteOutcome.EventRefused, EventOutcome.Held, Key(Roll)))
        );
        await AssertNothingOfAsync(Piece, "e1");
    }

    [Test]
    public async Task WriteAsync_ItemHeldBeforeItIsRegistered_AndUsedByItsOwnEvents_IsRefused()
    {
        await Ports.Events.WriteAsync([Hold("h", HoldScope.MadeFrom, 1, Piece)], s_stop).Soon();

        var results = await WriteWithAsync(
            With(Piece, Contains("e1", Stack, Piece) with { MustBeFree = [Key(Piece)] })
        );

        Assert.That(results[0].Outcome, Is.EqualTo(WriteOutcome.EventRefused));
    }

    [Test]
    public async Task WriteAsync_ItemHeldBeforeItIsRegistered_AndUsedByTheNextOfTheCall_IsRefused()
    {
        await Ports.Events.WriteAsync([Hold("h", HoldScope.MadeFrom, 1, Piece)], s_stop).Soon();

        var results = await WriteWithAsync(
            new RegisterWithEvents(RecordWrites.Registration(Piece), []),
            With(Stack, Contains("e1", Stack, Piece) with { MustBeFree = [Key(Piece)] })
        );

        Assert.That(
            results.Select(r => r.Outcome),
            Is.EqualTo(new[] { WriteOutcome.Created, WriteOutcome.EventRefused })
        );
    }

    [Test]
    public async Task WriteAsync_ItemHeldBeforeItIsRegistered_HandsItsHoldOnByItsOwnEvents()
    {
        var hold = (await Ports.Events.WriteAsync([Hold("h", HoldScope.MadeFrom, 1, Piece)], s_stop).Soon())[0];

        await WriteWithAsync(With(Piece, Contains("e1", Stack, Piece)));

        var stack = (await Ports.Events.NumbersAsync([Key(Stack)], s_stop))[0];
        Assert.That(
            await Ports.Events.HoldsAsync([stack], s_stop),
            Is.EqualTo(new[] { new ItemHold(stack, hold.Object, IsOwn: false) })
        );
    }

    [Test]
    public async Task WriteAsync_ItemThatBringsTheGs1KeyOfAHeldUri_AndUsedByItsOwnEvents_IsRefused()
    {
        const string Epc = "urn:epc:id:sgtin:6912345.011122.a1";
        const string Gs1Key = "(01)06912345111225(21)a1";
        await Ports.Events.WriteAsync([Hold("h", HoldScope.MadeFrom, 1, Epc)], s_stop).Soon();
        var document = Documents.Write(LogKind.Configuration, "source:gs1", """{"code":"gs1","caseSensitive":true}""");
        var source = (await Ports.Documents.WriteAsync([document], s_stop).Soon()).Value[0].Object;
        var row = BusinessKeys.Row(source, Gs1Key, Gs1Key);
        var registration = RecordWrites.Registration(Piece) with { FirstKey = [row], Rows = [row] };

        var results = await WriteWithAsync(
            new RegisterWithEvents(registration, [Contains("e1", Stack, Piece) with { MustBeFree = [Key(Piece)] }])
        );

        Assert.That(results[0].Outcome, Is.EqualTo(WriteOutcome.EventRefused));
    }

    [Test]
    public async Task WriteAsync_Try_SaysWhatItWouldDo_AndWritesNothing()
    {
        var taken = (await Ports.Events.WriteAsync([Made("e1", Stack, Roll)], s_stop).Soon())[0];
        var other = Made("e1", Piece, Roll) with { Digest = RecordWrites.Digest("other") };
        var results = await WriteWithAsync(
            With("88.1/A", Made("a", "88.1/A", Roll)),
            With(Piece, Made("e0", Piece, Roll)) with
            {
                IsTry = true,
            },
            With("88.1/C", other) with
            {
                IsTry = true,
            },
            With("88.1/B", Made("b", "88.1/B", Roll))
        );

        Assert.That(
            results.Select(r => r.Outcome),
            Is.EqualTo(
                new[] { WriteOutcome.Created, WriteOutcome.Created, WriteOutcome.EventRefused, WriteOutcome.Created }
            )
        );
        Assert.That(((RecordWithEventsResult)results[2]).Events[0].Object, Is.EqualTo(taken.Object));
        await AssertNothingOfAsync(Piece, "e0");
        Assert.That(await Ports.Events.HeadAsync(s_stop), Is.EqualTo(5));
        Assert.That((await WriteWithAsync(With(Piece, Made("e0", Piece, Roll))))[0].Record!.Sequence, Is.EqualTo(6));
    }

    [Test]
    public async Task WriteAsync_ItemsOfOneCall_MayNameThoseBefore()
    {
        var results = await WriteWithAsync(
            new RegisterWithEvents(RecordWrites.Registration(Roll), []),
            With(Piece, Made("e1", Piece, Roll))
        );

        var numbers = await Ports.Events.NumbersAsync([Key(Roll), Key(Piece)], s_stop);
        Assert.That(results.Select(r => r.Record!.Object), Is.EqualTo(numbers));
        Assert.That(await Ports.Upkeep.BeforeAsync(numbers, s_stop), Is.Empty);
    }

    [Test]
    public async Task CountHoldsAsync_TellsThoseInForce_AndThoseThatSpread()
    {
        Assert.That(await Ports.Upkeep.CountHoldsAsync(s_stop), Is.EqualTo(new HoldCounts(0, 0)));
        await Ports
            .Events.WriteAsync(
                [
                    Hold("a", HoldScope.MadeFrom, 1, Roll),
                    Hold("b", HoldScope.Item, 1, Roll),
                    Hold("c", HoldScope.Item, 1, Stack),
                    Event("r", EventType.Release, 2, Member(MemberRole.Item, Stack)),
                ],
                s_stop
            )
            .Soon();

        Assert.That(await Ports.Upkeep.CountHoldsAsync(s_stop), Is.EqualTo(new HoldCounts(2, 1)));
    }

    private async Task AssertNothingOfAsync(string item, string key)
    {
        Assert.That((await Ports.Records.FindAsync(Key(item).Folded, s_stop)).Record, Is.Null);
        Assert.That(await Ports.Events.NumbersAsync([Key(item)], s_stop), Is.EqualTo(new[] { 0L }));
        var identity = RecordWrites.Digest("identity " + key);
        Assert.That((await Ports.Events.FindByIdentityAsync([identity], s_stop))[0], Is.Null);
    }

    private async Task<IReadOnlyList<RecordWriteResult>> WriteWithAsync(params RegisterRecord[] writes) =>
        await Ports.Records.WriteAsync(writes, s_stop).Soon();

    private static RegisterWithEvents With(string identifier, params EventWrite[] events) =>
        new(RecordWrites.Registration(identifier), events);

    private static EventWrite Made(string key, string output, string input) =>
        Event(key, EventType.Transform, 5, Member(MemberRole.Output, output), Member(MemberRole.Input, input));

    private static EventWrite Contains(string key, string parent, string child) =>
        Event(key, EventType.Assemble, 6, Member(MemberRole.Parent, parent), Member(MemberRole.Child, child));
}
