using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Traceability;
using IdResolution.Testing;
using static IdResolution.Testing.EventWrites;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every event store does: taking in, correcting, holds, cycles.</summary>
public abstract class EventStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private const string Roll = "88.1/ROLL-1";
    private const string Stack = "88.1/STACK-1";
    private const string Vehicle = "88.1/VEHICLE-1";

    private static readonly CancellationToken s_stop = CancellationToken.None;
    private static readonly (long, bool)[] s_none = [];

    private IEventStore Store => Ports.Events;

    [Test]
    public async Task WriteAsync_NewEvent_IsReadBackAsItWasWritten()
    {
        var roll = (await WriteDoneAsync(RecordWrites.Registration(Roll, template: "roll"))).Object;
        var write = Event(
            "e1",
            EventType.Transform,
            5,
            Member(MemberRole.Input, Roll, "12.5", "MTR", "left"),
            Member(MemberRole.Output, Stack),
            Member(MemberRole.Equipment, "#Press 7")
        );

        var result = await WriteAsync(write);

        Assert.That(
            (result.Outcome, result.Sequence, result.Spreads.Count, result.Error),
            Is.EqualTo((EventOutcome.Created, 2L, 0, default(Core.Errors.Error)))
        );
        var found = (await Store.FindAsync(result.Object, s_stop))!;
        Assert.That(
            found with
            {
                Digest = [],
                State = [],
            },
            Is.EqualTo(
                new StoredEvent
                {
                    Object = result.Object,
                    Type = EventType.Transform,
                    Time = write.Time,
                    Made = 2,
                    Voided = 0,
                    Version = 1,
                    Digest = [],
                    RecordedAt = write.RecordedAt,
                    Actor = 7,
                    State = [],
                }
            )
        );
        Assert.That((found.Digest, found.State), Is.EqualTo((write.Digest, write.State)));
        var members = await Store.MembersAsync([result.Object], Enum.GetValues<MemberRole>(), s_stop);
        var numbers = await NumbersAsync(Roll, Stack, "#Press 7");
        Assert.That(numbers[0], Is.EqualTo(roll));
        Assert.That(
            members,
            Is.EqualTo(
                new[]
                {
                    new EventPart(result.Object, 0, MemberRole.Input, roll, "12.5", "MTR", "left"),
                    new EventPart(result.Object, 1, MemberRole.Output, numbers[1], null, null, null),
                    new EventPart(result.Object, 2, MemberRole.Equipment, numbers[2], null, null, null),
                }
            )
        );
    }

    [Test]
    public async Task WriteAsync_NewEvent_IsAnEntryOfTheLogAndNoDocument()
    {
        var write = Event("e1", EventType.Observe, 0, Member(MemberRole.Item, Roll));

        var result = await WriteAsync(write);

        var entry = (await Ports.Log.ReadAsync(0, 10, s_stop)).Single();
        Assert.That(
            entry.Body,
            Is.EqualTo(new LogBody(LogKind.Event, LogOperation.Create, result.Object, 1, write.RecordedAt, 7))
        );
        Assert.That(entry.State, Is.EqualTo(write.State));
        var key = (await Ports.Log.ReadKeysAsync(0, 10, s_stop)).Single();
        Assert.That((key.IsRecord, key.IsDocument), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task WriteAsync_SameAgain_IsTheSameAndOtherContentIsRefused()
    {
        var write = Event("e1", EventType.Observe, 0, Member(MemberRole.Item, Roll));
        var first = await WriteAsync(write);

        var results = await Store
            .WriteAsync([write, write with { Digest = RecordWrites.Digest("other") }], s_stop)
            .Soon();

        Assert.That(
            results.Select(r => (r.Outcome, r.Object, r.Sequence)),
            Is.EqualTo(
                new[]
                {
                    (EventOutcome.Same, first.Object, first.Sequence),
                    (EventOutcome.KeyTaken, first.Object, first.Sequence),
                }
            )
        );
        Assert.That(await Store.HeadAsync(s_stop), Is.EqualTo(1));
        var found = await Store.FindByIdentityAsync([RecordWrites.Digest("none"), write.Identity], s_stop);
        Assert.That(found.Select(f => f?.Object), Is.EqualTo(new long?[] { null, first.Object }));
    }

    [Test]
    public async Task WriteAsync_KnownByAFormerKey_IsTheSameAndOtherContentIsRefused()
    {
        var write = Event("e1", EventType.Observe, 0, Member(MemberRole.Item, Roll));
        var first = await WriteAsync(write);
        var now = write with { Identity = RecordWrites.Digest("new form"), FormerIdentity = write.Identity };

        var results = await Store.WriteAsync([now, now with { Digest = RecordWrites.Digest("other") }], s_stop).Soon();

        Assert.That(
            results.Select(r => (r.Outcome, r.Object)),
            Is.EqualTo(new[] { (EventOutcome.Same, first.Object), (EventOutcome.KeyTaken, first.Object) })
        );
        Assert.That(await Store.HeadAsync(s_stop), Is.EqualTo(1));
    }

    [Test]
    public async Task WriteAsync_SameTwiceInOneCall_IsOneEvent()
    {
        var write = Event("e1", EventType.Observe, 0, Member(MemberRole.Item, Roll));

        var results = await Store.WriteAsync([write, write], s_stop).Soon();

        Assert.That(results.Select(r => r.Outcome), Is.EqualTo(new[] { EventOutcome.Created, EventOutcome.Same }));
        Assert.That(results[1].Object, Is.EqualTo(results[0].Object));
    }

    [Test]
    public async Task WriteAsync_ManyAtOnce_EachKeepsItsOwnResultAndItemsAreNamedOnce()
    {
        var writes = Enumerable
            .Range(0, 300)
            .Select(i =>
                Event(
                    $"e{i}",
                    EventType.Assemble,
                    i,
                    Member(MemberRole.Parent, $"88.1/P-{i}"),
                    Member(MemberRole.Child, $"88.1/C-{i}"),
                    Member(MemberRole.Equipment, "#Press 7")
                )
            )
            .ToList();

        var results = await Store.WriteAsync(writes, s_stop).Soon();

        Assert.That(results.Select(r => r.Outcome), Is.All.EqualTo(EventOutcome.Created));
        var press = (await NumbersAsync("#press 7"))[0];
        var parts = await Store.PartsAsync(press, [MemberRole.Equipment], 300, 1_000, s_stop);
        Assert.That(parts.Select(p => p.Event), Is.EqualTo(results.Reverse().Select(r => r.Object)));
    }

    [Test]
    public async Task WriteAsync_Correction_VoidsOnceAndTheNumberTellsWhatCounts()
    {
        var made = await WriteAsync(Pair("e1", 1, Stack, Roll));
        var correction = await WriteAsync(Correction("c1", 2, made.Object));

        var again = await WriteAsync(Correction("c2", 3, made.Object));

        Assert.That(
            (again.Outcome, again.Object, again.Sequence),
            Is.EqualTo((EventOutcome.AlreadyCorrected, correction.Object, correction.Sequence))
        );
        Assert.That((await Store.FindAsync(made.Object, s_stop))!.Voided, Is.EqualTo(correction.Sequence));
        foreach (var (number, links) in new[] { (0, 0), (1, 1), (2, 0) })
        {
            Assert.That(await LinksAsync(Stack, true, number), Has.Count.EqualTo(links), $"at {number}");
        }
    }

    [Test]
    public async Task SituationAsync_OfAnItem_TellsWhatCountsUnlessItIsMore()
    {
        await WriteAsync(Pair("e1", 1, Stack, Roll));
        var shipped = await WriteAsync(Event("e2", EventType.Ship, 2, Member(MemberRole.Item, Stack)));
        var numbers = await NumbersAsync(Stack, Roll);

        Assert.That(
            (await Store.SituationAsync(numbers[0], 2, s_stop)).Roles,
            Is.EquivalentTo(new[] { (MemberRole.Output, EventType.Transform), (MemberRole.Item, EventType.Ship) })
        );
        Assert.That((await Store.SituationAsync(numbers[0], 1, s_stop)).Roles, Is.Null);
        Assert.That(
            (await Store.SituationAsync(numbers[1], 1, s_stop)).Roles,
            Is.EqualTo(new[] { (MemberRole.Input, EventType.Transform) })
        );
        Assert.That((await Store.SituationAsync(987_654, 1, s_stop)).Roles, Is.Empty);

        await WriteAsync(Correction("c1", 3, shipped.Object));

        Assert.That(
            (await Store.SituationAsync(numbers[0], 1, s_stop)).Roles,
            Is.EqualTo(new[] { (MemberRole.Output, EventType.Transform) })
        );
    }

    [Test]
    public async Task WriteAsync_CorrectionOfNothing_FailsAndWritesNothing()
    {
        var result = await WriteAsync(Correction("c1", 2, 99));

        Assert.That(result.Outcome, Is.EqualTo(EventOutcome.Failed));
        Assert.That(await Store.HeadAsync(s_stop), Is.Zero);
    }

    [Test]
    public async Task ItemsAsync_RegisteredAndNot_TellsWhatIsKnown()
    {
        await WriteDoneAsync(RecordWrites.Registration("88.1/Roll-1", template: "roll"));
        await WriteAsync(
            Event("e1", EventType.Observe, 0, Member(MemberRole.Item, Roll), Member(MemberRole.Place, "#Hall 3"))
        );

        var numbers = await NumbersAsync(Roll, "#HALL 3", "88.1/none", "#none");
        var items = await Store.ItemsAsync([numbers[1], 12_345, numbers[0]], s_stop);

        Assert.That(numbers.Skip(2), Is.All.Zero);
        Assert.That(
            await Store.TemplatesAsync([Key(Roll), Key("#Hall 3"), Key("88.1/none")], s_stop),
            Is.EqualTo(new[] { new ItemTemplate(numbers[0], "roll"), new(numbers[1], null), default })
        );
        Assert.That(
            items,
            Is.EqualTo(
                new[]
                {
                    new TraceItem(numbers[1], Key("#Hall 3"), "Hall 3", null, false, false),
                    new TraceItem(numbers[0], Key(Roll), "88.1/Roll-1", "roll", true, false),
                }
            )
        );
    }

    [Test]
    public async Task WriteAsync_HoldOfItemsAlone_IsNotHandedOn()
    {
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.Item, 0, Roll));
        var used = await WriteAsync(Pair("e1", 1, Stack, Roll));

        Assert.That((hold.Spreads, used.Spreads), Is.EqualTo((Array.Empty<long>(), Array.Empty<long>())));
        Assert.That(await HoldsAsync(Roll), Is.EqualTo(new[] { (hold.Object, true) }));
        Assert.That(await HoldsAsync(Stack), Is.Empty);
        Assert.That(await Store.SpreadingAsync(s_stop), Is.Empty);
    }

    [Test]
    public async Task WriteAsync_HoldOfWhatIsMadeFromAnItem_IsHandedOnByEveryLaterEvent()
    {
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 0, Roll));
        Assert.That(hold.Spreads, Is.EqualTo(new[] { hold.Object }));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.EqualTo(new[] { hold.Object }));
        await SpreadAsync(hold.Object);

        var stack = await WriteAsync(Pair("e1", 1, Stack, Roll));
        var vehicle = await WriteAsync(
            Event("e2", EventType.Assemble, 2, Member(MemberRole.Parent, Vehicle), Member(MemberRole.Child, Stack))
        );

        Assert.That((stack.Spreads.Count, vehicle.Spreads.Count), Is.EqualTo((0, 0)));
        Assert.That(await HoldsAsync(Vehicle), Is.EqualTo(new[] { (hold.Object, false) }));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.Empty);
    }

    [Test]
    public async Task WriteAsync_HoldOfAnotherNode_IsHandedOnAtOnce_UntilItIsOver()
    {
        const string Other = "88.1/STACK-2";
        const string Free = "88.1/STACK-3";
        // Nothing goes on yet, which a node may remember.
        await WriteAsync(Pair("e1", 1, Vehicle, Stack));
        var node = OpenAgain().Events;

        var hold = (await node.WriteAsync([EventWrites.Hold("h1", HoldScope.MadeFrom, 2, Roll)], s_stop).Soon())[0];
        await WriteAsync(Pair("e2", 3, Other, Roll));
        await node.WriteAsync([Event("r1", EventType.Release, 4) with { Ends = [hold.Object] }], s_stop).Soon();
        await WriteAsync(Pair("e3", 5, Free, Roll));

        Assert.That(await Store.FindAsync(hold.Object, s_stop), Is.Not.Null);
        Assert.That(await HoldsAsync(Other), Is.Empty);
        Assert.That(await HoldsAsync(Free), Is.Empty);
        var again = (await node.WriteAsync([EventWrites.Hold("h2", HoldScope.MadeFrom, 6, Other)], s_stop).Soon())[0];
        await WriteAsync(Pair("e4", 7, "88.1/CAR-2", Other));
        Assert.That(await HoldsAsync("88.1/CAR-2"), Is.EqualTo(new[] { (again.Object, false) }));
    }

    [Test]
    public async Task WriteAsync_HoldBeforeAndAfterEventsOfTheSameGroup_IsHandedOnByThoseAfterIt()
    {
        await WriteAsync(Pair("e1", 1, Vehicle, Stack));

        var done = await Store
            .WriteAsync(
                [
                    Pair("e2", 2, "88.1/A", Roll),
                    EventWrites.Hold("h1", HoldScope.MadeFrom, 3, Roll),
                    Pair("e3", 4, "88.1/B", Roll),
                ],
                s_stop
            )
            .Soon();

        Assert.That(done.Select(d => d.Outcome), Is.All.EqualTo(EventOutcome.Created));
        Assert.That(await HoldsAsync("88.1/B"), Is.EqualTo(new[] { (done[1].Object, false) }));
    }

    [Test]
    public async Task WriteAsync_EventThatComesLate_SaysWhichHoldsMustGoOn()
    {
        await WriteAsync(Pair("e2", 2, Vehicle, Stack));
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 0, Roll));
        await SpreadAsync(hold.Object);

        var late = await WriteAsync(Pair("e1", 1, Stack, Roll));

        Assert.That(late.Spreads, Is.EqualTo(new[] { hold.Object }));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.EqualTo(new[] { hold.Object }));
        Assert.That(await HoldsAsync(Vehicle), Is.Empty);
        var vehicle = (await NumbersAsync(Vehicle))[0];
        var items = new[] { (await NumbersAsync(Stack))[0], vehicle };
        var spread = (await Store.FindSpreadAsync(hold.Object, s_stop))!;
        Assert.That(await Store.SpreadAsync(spread, items, s_stop).Soon(), Is.EqualTo(new[] { vehicle }));
        Assert.That(await Store.SpreadAsync(spread, items, s_stop).Soon(), Is.Empty);
        Assert.That(await HoldsAsync(Vehicle), Is.EqualTo(new[] { (hold.Object, false) }));
    }

    [Test]
    public async Task WriteAsync_Release_EndsTheHoldsItNames()
    {
        var first = await WriteAsync(EventWrites.Hold("h1", HoldScope.Item, 0, Roll));
        var second = await WriteAsync(EventWrites.Hold("h2", HoldScope.Item, 0, Roll));

        await WriteAsync(Event("r1", EventType.Release, 1) with { Ends = [first.Object] });

        Assert.That(await HoldsAsync(Roll), Is.EqualTo(new[] { (second.Object, true) }));
    }

    [Test]
    public async Task WriteAsync_ReleaseOfAnItem_EndsAllThatWerePlacedOnIt()
    {
        await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 0, Roll));
        await WriteAsync(EventWrites.Hold("h2", HoldScope.Item, 0, Roll));
        await WriteAsync(Pair("e1", 1, Stack, Roll));
        var own = await WriteAsync(EventWrites.Hold("h3", HoldScope.Item, 2, Stack));

        await WriteAsync(Event("r1", EventType.Release, 3, Member(MemberRole.Item, Roll)));

        Assert.That(await HoldsAsync(Roll), Is.Empty);
        Assert.That(await HoldsAsync(Stack), Is.EqualTo(new[] { (own.Object, true) }));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.Empty);
    }

    [Test]
    public async Task WriteAsync_VoidedHold_Ends()
    {
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 0, Roll));
        var spread = (await Store.FindSpreadAsync(hold.Object, s_stop))!;

        await WriteAsync(Correction("c1", 1, hold.Object));

        Assert.That(await HoldsAsync(Roll), Is.Empty);
        Assert.That(await Store.SpreadAsync(spread, await NumbersAsync(Roll), s_stop).Soon(), Is.Empty);
        Assert.That(await Store.FindSpreadAsync(hold.Object, s_stop), Is.Null);
    }

    [Test]
    public async Task EndSpreadAsync_AskedToGoOnMeanwhile_TheHoldStillGoesOn()
    {
        await WriteAsync(Pair("e2", 2, Vehicle, Stack));
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 0, Roll));
        var begun = (await Store.FindSpreadAsync(hold.Object, s_stop))!;

        await WriteAsync(Pair("e1", 1, Stack, Roll));
        await Store.EndSpreadAsync(begun, s_stop).Soon();

        // The node that took the event may be killed now.
        Assert.That(await Store.SpreadingAsync(s_stop), Is.EqualTo(new[] { hold.Object }));
        await new HoldSpreader(Store).ResumeAsync(s_stop).Soon();
        Assert.That(await HoldsAsync(Vehicle), Is.EqualTo(new[] { (hold.Object, false) }));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.Empty);
    }

    [Test]
    public async Task WriteAsync_ReleaseBeforeTheHold_DoesNotEndItInWhateverOrderTheyCome()
    {
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.Item, 5, Roll));

        await WriteAsync(Event("r1", EventType.Release, 4, Member(MemberRole.Item, Roll)));
        await WriteAsync(Event("r2", EventType.Release, 4) with { Ends = [hold.Object] });
        Assert.That(await HoldsAsync(Roll), Is.EqualTo(new[] { (hold.Object, true) }));
        await WriteAsync(Event("r3", EventType.Release, 7, Member(MemberRole.Item, Roll)));
        Assert.That(await HoldsAsync(Roll), Is.Empty);
        // It comes late: it was over before anybody told of it.
        var late = await WriteAsync(EventWrites.Hold("h2", HoldScope.MadeFrom, 6, Roll));
        Assert.That(await HoldsAsync(Roll), Is.Empty);
        Assert.That(await Store.FindSpreadAsync(late.Object, s_stop), Is.Null);
    }

    [Test]
    public async Task WriteAsync_OneOfTwoReleasesIsVoided_TheHoldStaysOver()
    {
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.Item, 1, Roll));
        var first = await WriteAsync(Event("r1", EventType.Release, 2, Member(MemberRole.Item, Roll)));
        var second = await WriteAsync(Event("r2", EventType.Release, 3) with { Ends = [hold.Object] });

        await WriteAsync(Correction("c1", 4, first.Object));
        Assert.That(await HoldsAsync(Roll), Is.Empty);
        await WriteAsync(Correction("c2", 4, second.Object));
        Assert.That(await HoldsAsync(Roll), Is.EqualTo(new[] { (hold.Object, true) }));
        await WriteAsync(Correction("c3", 4, hold.Object));
        Assert.That(await HoldsAsync(Roll), Is.Empty);
    }

    [Test]
    public async Task WriteAsync_ReleaseOfOneOfSeveralItems_KeepsWhatIsMadeFromTheOthers()
    {
        await WriteAsync(Pair("e1", 1, Stack, Roll));
        await WriteAsync(Pair("e2", 1, Vehicle, Roll));
        await WriteAsync(Pair("e3", 1, Vehicle, "88.1/ROLL-2"));
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 2, Roll, "88.1/ROLL-2"));
        await SpreadAsync(hold.Object);

        var release = await WriteAsync(Event("r1", EventType.Release, 3, Member(MemberRole.Item, Roll)));

        Assert.That(release.Spreads, Is.EqualTo(new[] { hold.Object }));
        Assert.That(await HoldsAsync(Roll), Is.Empty);
        Assert.That(await HoldsAsync(Vehicle), Is.EqualTo(new[] { (hold.Object, false) }));
        await SpreadAsync(hold.Object);
        Assert.That(await HoldsAsync(Stack), Is.Empty);
        Assert.That(await HoldsAsync(Vehicle), Is.EqualTo(new[] { (hold.Object, false) }));
        Assert.That(await HoldsAsync("88.1/ROLL-2"), Is.EqualTo(new[] { (hold.Object, true) }));
    }

    [Test]
    public async Task WriteAsync_VoidedUse_TakesTheHoldFromWhatWasNotMadeOfIt()
    {
        await WriteAsync(Pair("e0", 0, Vehicle, Stack));
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 1, Roll));
        var wrong = await WriteAsync(Pair("e1", 2, Stack, Roll));
        await SpreadAsync(hold.Object);
        Assert.That(await HoldsAsync(Vehicle), Has.Count.EqualTo(1));

        var correction = await WriteAsync(Correction("c1", 3, wrong.Object));

        Assert.That(correction.Spreads, Is.EqualTo(new[] { hold.Object }));
        await SpreadAsync(hold.Object);
        Assert.That((await HoldsAsync(Stack), await HoldsAsync(Vehicle)), Is.EqualTo((s_none, s_none)));
        Assert.That(await HoldsAsync(Roll), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WriteAsync_MoreHoldsThanAnEventHandsOn_GoOnAfterIt()
    {
        var holds = Enumerable.Range(0, 30).Select(i => EventWrites.Hold($"h{i}", HoldScope.MadeFrom, 0, Roll));
        await Store.WriteAsync([.. holds], s_stop).Soon();
        await new HoldSpreader(Store).ResumeAsync(s_stop).Soon();
        var outputs = Enumerable.Range(0, 400).Select(i => Member(MemberRole.Output, $"88.1/S-{i}"));

        var used = await WriteAsync(Event("e1", EventType.Transform, 1, [Member(MemberRole.Input, Roll), .. outputs]));

        Assert.That(used.Spreads, Has.Count.EqualTo(5));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.EqualTo(used.Spreads.Order()));
        await new HoldSpreader(Store).ResumeAsync(s_stop).Soon();
        Assert.That(await HoldsAsync("88.1/S-0"), Has.Count.EqualTo(30));
        Assert.That(await HoldsAsync("88.1/S-399"), Has.Count.EqualTo(30));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task HoldsAsync_RandomHoldsReleasesUsesAndCorrections_AreWhatTheEventsSay(int seed)
    {
        var random = new Random(seed);
        var model = new HoldModel();
        string Item() => $"88.1/I-{random.Next(7)}";
        string[] Items() => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Item()).Distinct()];
        for (var i = 0; i < 80; i++)
        {
            var minute = random.Next(8);
            var holds = model.Holds.ToList();
            var (voidable, kind) = (model.Voidable.ToList(), random.Next(10));
            var write = kind switch
            {
                < 3 => EventWrites.Hold(
                    $"e{i}",
                    random.Next(4) == 0 ? HoldScope.Item : HoldScope.MadeFrom,
                    minute,
                    Items()
                ),
                < 5 when holds.Count > 0 && random.Next(2) == 0 => Event($"e{i}", EventType.Release, minute) with
                {
                    Ends = [holds[random.Next(holds.Count)]],
                },
                < 5 => Event($"e{i}", EventType.Release, minute, [.. Items().Select(n => Member(MemberRole.Item, n))]),
                < 6 when voidable.Intersect(holds).ToList() is { Count: > 0 } wrong => Hold(
                    $"e{i}",
                    HoldScope.MadeFrom,
                    minute,
                    Items()
                ) with
                {
                    Voids = wrong[random.Next(wrong.Count)],
                },
                < 7 when voidable.Count > 0 => Correction($"e{i}", minute, voidable[random.Next(voidable.Count)]),
                _ => Pair($"e{i}", minute, Item(), Item()),
            };
            model.Add(write, await WriteAsync(write));
            await new HoldSpreader(Store).ResumeAsync(s_stop).Soon();
            for (var n = 0; n < 7; n++)
            {
                Assert.That(
                    (await HoldsAsync($"88.1/I-{n}")).Order(),
                    Is.EqualTo(model.Of(Key($"88.1/I-{n}")).Order()),
                    $"I-{n} after {i}: {write.Type}"
                );
            }
        }
    }

    [Test]
    public async Task WriteAsync_HoldThatIsCorrectedAndHeldAgain_KeepsItsReleases()
    {
        var wrong = await WriteAsync(Hold("h1", HoldScope.MadeFrom, 0, Roll));
        await WriteAsync(Event("r1", EventType.Release, 2) with { Ends = [wrong.Object] });

        var right = await WriteAsync(Hold("h2", HoldScope.MadeFrom, 1, Roll, Stack) with { Voids = wrong.Object });
        Assert.That((await HoldsAsync(Roll), await HoldsAsync(Stack)), Is.EqualTo((s_none, s_none)));

        // One that comes late names the hold by the event that was wrong.
        var later = await WriteAsync(Hold("h3", HoldScope.MadeFrom, 3, Roll) with { Voids = right.Object });
        Assert.That(await HoldsAsync(Roll), Is.EqualTo(new[] { (later.Object, true) }));
        await WriteAsync(Event("r2", EventType.Release, 4) with { Ends = [wrong.Object] });
        Assert.That(await HoldsAsync(Roll), Is.EqualTo(s_none));
    }

    [Test]
    public async Task WriteAsync_VoidedRelease_HoldsAreInForceAgainAndGoOn()
    {
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 0, Roll));
        var release = await WriteAsync(Event("r1", EventType.Release, 1, Member(MemberRole.Item, Roll)));
        await WriteAsync(Pair("e1", 2, Stack, Roll));

        var correction = await WriteAsync(Correction("c1", 3, release.Object));

        Assert.That(correction.Spreads, Is.EqualTo(new[] { hold.Object }));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.EqualTo(new[] { hold.Object }));
        Assert.That(await HoldsAsync(Roll), Is.EqualTo(new[] { (hold.Object, true) }));
    }

    [Test]
    public async Task WriteAsync_ItemInItself_IsACycle()
    {
        await WriteDoneAsync(RecordWrites.Registration(Stack));

        var result = await WriteAsync(Contains("e1", 1, Stack, Stack));

        Assert.That(result.Outcome, Is.EqualTo(EventOutcome.Cycle));
        Assert.That(result.Path, Is.EqualTo(new[] { Key(Stack) }));
        Assert.That(await Store.HeadAsync(s_stop), Is.EqualTo(1));
    }

    [Test]
    public async Task WriteAsync_CycleClosedByABatch_RefusesTheOneThatClosesIt()
    {
        var results = await Store
            .WriteAsync(
                [
                    Contains("e1", 1, "88.1/A", "88.1/B"),
                    Contains("e2", 2, "88.1/B", "88.1/C"),
                    Contains("e3", 3, "88.1/C", "88.1/A"),
                ],
                s_stop
            )
            .Soon();

        Assert.That(
            results.Select(r => r.Outcome),
            Is.EqualTo(new[] { EventOutcome.Created, EventOutcome.Created, EventOutcome.Cycle })
        );
        Assert.That(results[2].Path, Is.EqualTo(new[] { Key("88.1/C"), Key("88.1/B"), Key("88.1/A") }));
    }

    [TestCase(3, EventOutcome.Cycle, TestName = "WriteAsync_TakenOutLater_IsStillACycle")]
    [TestCase(6, EventOutcome.Created, TestName = "WriteAsync_TakenOutBefore_IsNoCycle")]
    public async Task WriteAsync_AfterTakingOut(int minute, EventOutcome expected)
    {
        await WriteAsync(Contains("e1", 1, Vehicle, Stack));
        await WriteAsync(
            Event(
                "e2",
                EventType.Disassemble,
                5,
                Member(MemberRole.RemovedFrom, Vehicle),
                Member(MemberRole.Removed, Stack)
            )
        );

        Assert.That((await WriteAsync(Contains("e3", minute, Stack, Vehicle))).Outcome, Is.EqualTo(expected));
    }

    [Test]
    public async Task WriteAsync_ParentEmptiedOrOldPartReplacedOrVoided_IsNoCycle()
    {
        await WriteAsync(Contains("e1", 1, Vehicle, Stack));
        await WriteAsync(Event("e2", EventType.Disassemble, 2, Member(MemberRole.RemovedFrom, Vehicle)));
        Assert.That((await WriteAsync(Contains("e3", 3, Stack, Vehicle))).Outcome, Is.EqualTo(EventOutcome.Created));

        await WriteAsync(Contains("f1", 1, "88.1/CAR", "88.1/PUMP"));
        await WriteAsync(
            Event(
                "f2",
                EventType.Replace,
                2,
                Member(MemberRole.Parent, "88.1/CAR"),
                Member(MemberRole.Child, "88.1/PUMP-2"),
                Member(MemberRole.Removed, "88.1/PUMP")
            )
        );
        Assert.That(
            (await WriteAsync(Contains("f3", 3, "88.1/PUMP", "88.1/CAR"))).Outcome,
            Is.EqualTo(EventOutcome.Created)
        );

        var made = await WriteAsync(Contains("g1", 1, "88.1/X", "88.1/Y"));
        var both = await Store
            .WriteAsync([Correction("g2", 2, made.Object), Contains("g3", 3, "88.1/Y", "88.1/X")], s_stop)
            .Soon();
        Assert.That(both.Select(r => r.Outcome), Is.All.EqualTo(EventOutcome.Created));
    }

    [Test]
    public async Task WriteAsync_ItemThatItRestsOnWasUsedSince_IsRefused()
    {
        await WriteAsync(Event("e0", EventType.Observe, 0, Member(MemberRole.Item, Roll)));
        var now = new ItemAt(Key(Roll), await Store.HeadAsync(s_stop));
        await WriteAsync(Event("e1", EventType.Observe, 1, Member(MemberRole.Item, Roll)));
        var writes = Enumerable.Range(2, 20).Select(i => Pair($"e{i}", 2, $"88.1/S-{i}", Roll) with { RestsOn = now });

        var results = await Store.WriteAsync([.. writes], s_stop).Soon();
        var again = await WriteAsync(Pair("e2", 2, "88.1/S-2", Roll) with { RestsOn = now });
        var later = await WriteAsync(Pair("f1", 2, Stack, Roll) with { RestsOn = now });
        var fresh = now with { Number = await Store.HeadAsync(s_stop) };
        var seen = await WriteAsync(Pair("f2", 2, Stack, Roll) with { RestsOn = fresh });

        Assert.That(results[0].Outcome, Is.EqualTo(EventOutcome.Created));
        Assert.That(results.Skip(1).Select(r => r.Outcome), Is.All.EqualTo(EventOutcome.Changed));
        Assert.That(
            (again.Outcome, later.Outcome, seen.Outcome),
            Is.EqualTo((EventOutcome.Same, EventOutcome.Changed, EventOutcome.Created))
        );
    }

    [TestCase(HoldScope.Item)]
    [TestCase(HoldScope.MadeFrom)]
    public async Task WriteAsync_WhatMustBeFreeIsHeld_IsRefused(HoldScope scope)
    {
        await WriteAsync(Pair("e1", 1, Stack, Roll));
        var use = Pair("u1", 3, "88.1/S-1", Roll) with { MustBeFree = [Key(Stack), Key(Roll)] };

        var both = await Store.WriteAsync([Hold("h1", scope, 2, Roll), use], s_stop).Soon();
        var number = (await NumbersAsync(Roll))[0];
        var record = (await WriteDoneAsync(RecordWrites.Registration(Roll))).Object;
        var notHealed = await WriteAsync(use);
        await HealAsync(number, record);
        await WriteAsync(Event("r1", EventType.Release, 4, Member(MemberRole.Item, Roll)));
        var released = await WriteAsync(Pair("u2", 3, "88.1/S-2", Roll) with { MustBeFree = [Key(Roll)] });

        Assert.That(
            new[] { both[1], notHealed }.Select(r => (r.Outcome, r.Path.SingleOrDefault())),
            Is.All.EqualTo((EventOutcome.Held, Key(Roll)))
        );
        Assert.That(released.Outcome, Is.EqualTo(EventOutcome.Created));
    }

    [Test]
    public async Task WriteAsync_WhatMustBeFreeWasMadeFromSomethingHeld_IsRefusedAndTheSameAgainIsNot()
    {
        var first = Pair("u1", 2, "88.1/S-1", Stack) with { MustBeFree = [Key(Stack)] };
        await WriteAsync(Pair("e1", 1, Stack, Roll));
        await WriteAsync(first);
        var hold = await WriteAsync(Hold("h1", HoldScope.MadeFrom, 2, Roll));
        await SpreadAsync(hold.Object);

        var other = await WriteAsync(Pair("u2", 2, "88.1/S-2", Stack) with { MustBeFree = [Key(Stack)] });

        Assert.That((other.Outcome, other.Path.Single()), Is.EqualTo((EventOutcome.Held, Key(Stack))));
        Assert.That((await WriteAsync(first)).Outcome, Is.EqualTo(EventOutcome.Same));
    }

    [Test]
    public async Task HealAsync_ItemIsRegistered_ItsPartsAndHoldsAreTheRecords()
    {
        var used = Enumerable.Range(0, 1_500).Select(i => Pair($"e{i}", i, $"88.1/S-{i}", Roll)).ToList();
        await Store.WriteAsync(used, s_stop).Soon();
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 0, Roll));
        await SpreadAsync(hold.Object);
        var number = await NumbersAsync(Roll, "88.1/none");
        var record = (await WriteDoneAsync(RecordWrites.Registration(Roll))).Object;
        // Nobody told the record's own number of the hold.
        await WriteAsync(Pair("late", 9, Stack, Roll));

        var before = await Ports.Upkeep.BeforeAsync([record, 0], s_stop);
        await HealAsync(number[0], record);

        Assert.That(number[1], Is.Zero);
        Assert.That(before, Is.EqualTo(new[] { (record, number[0]) }));
        Assert.That(await Ports.Upkeep.BeforeAsync([record], s_stop), Is.Empty);
        Assert.That(await NumbersAsync(Roll), Is.EqualTo(new[] { record }));
        Assert.That(await LinksAsync(Roll, false, long.MaxValue), Has.Count.EqualTo(1_501));
        Assert.That(await HoldsAsync(Roll), Is.EqualTo(new[] { (hold.Object, true) }));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.EqualTo(new[] { hold.Object }));
        Assert.That(await Store.ItemsAsync(number, s_stop), Is.Empty);
        Assert.That(await Ports.Upkeep.HealAsync(number[0], record, s_stop).Soon(), Is.True);
    }

    [Test]
    public async Task HoldsAsync_RegisteredAndNotHealedYet_AreThoseOfTheItemBefore()
    {
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 1, Roll));
        await WriteDoneAsync(RecordWrites.Registration(Roll));

        await WriteAsync(Pair("e1", 2, Stack, Roll));

        Assert.That(await HoldsAsync(Roll), Is.EqualTo(new[] { (hold.Object, true) }));
        Assert.That(await HoldsAsync(Stack), Is.EqualTo(new[] { (hold.Object, false) }));
    }

    [Test]
    public async Task Uri_OfAGs1KeyThatIsRegisteredLater_IsTheRecord_WithTheHoldsBefore()
    {
        const string Epc = "urn:epc:id:sgtin:6912345.011122.a1";
        const string Link = "HTTPS://Example.com/01/06912345111225/21/a1";
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 1, Epc));
        var byId = await WriteAsync(EventWrites.Hold("h2", HoldScope.Item, 1, Roll));
        var before = await NumbersAsync(Epc, Roll);
        Assert.That(await NumbersAsync(Link), Is.EqualTo(new[] { before[0] }));
        await WriteAsync(Pair("e0", 2, Vehicle, "urn:epc:id:sgtin:6912345.011122.A1"));

        var record = await RegisterByGs1KeyAsync(Roll, "(01)06912345111225(21)a1");
        var used = await WriteAsync(Pair("u1", 3, "88.1/S-1", Roll) with { MustBeFree = [Key(Roll)] });
        var usedByUri = await WriteAsync(Pair("u2", 3, "88.1/S-1", Link) with { MustBeFree = [Key(Link)] });
        await WriteAsync(Pair("e1", 4, Stack, Epc));

        Assert.That((used.Outcome, usedByUri.Outcome), Is.EqualTo((EventOutcome.Held, EventOutcome.Held)));
        Assert.That(await NumbersAsync(Epc, Link, Roll), Is.All.EqualTo(record));
        (long, bool)[] both = [(hold.Object, true), (byId.Object, true)];
        Assert.That(await HoldsAsync(Roll), Is.EqualTo(both));
        Assert.That(await HoldsAsync(Stack), Is.EqualTo(new[] { (hold.Object, false) }));
        var numbers = await Ports.Upkeep.BeforeAsync([record], s_stop);
        Assert.That(numbers, Is.EquivalentTo(new[] { (record, before[0]), (record, before[1]) }));
        foreach (var (_, number) in numbers)
        {
            await HealAsync(number, record);
        }
        Assert.That(await HoldsAsync(Link), Is.EqualTo(both));
        await WriteAsync(Event("r1", EventType.Release, 5, Member(MemberRole.Item, Link)));
        Assert.That(await HoldsAsync(Roll), Is.Empty);
    }

    [Test]
    public async Task TemplatesAsync_OfUris_AreThoseOfTheRecordsWithTheirGs1Keys()
    {
        const string Epc = "urn:epc:id:sgtin:6912345.011122.a1";
        const string Other = "https://acme.example/x";
        await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 1, Epc, Other));
        var record = await RegisterByGs1KeyAsync(Roll, "(01)06912345111225(21)a1");
        string[] items = [Epc, "#Hall", Roll, Other, "88.1/NONE"];

        var found = await Store.TemplatesAsync([.. items.Select(Key)], s_stop);

        Assert.That(found[0], Is.EqualTo(found[2]));
        Assert.That(found.Select(f => f.Number), Is.EqualTo(await NumbersAsync(items)));
        Assert.That((found[0].Number, found[3].Number > 0), Is.EqualTo((record, true)));
    }

    [Test]
    public async Task Uri_NamedByAnEventOfTheGroupThatRegistersIt_IsTheRecord()
    {
        const string Epc = "urn:epc:id:sgtin:6912345.011122.7";
        var source = await SourceAsync();
        var registration = WithGs1Key(RecordWrites.Registration(Roll), source, "(01)06912345111225(21)7");
        var events = new[] { Pair("e1", 1, Stack, Epc), Pair("e2", 1, Vehicle, Roll) };
        var results = await Ports.Records.WriteAsync([new RegisterWithEvents(registration, events)], s_stop).Soon();

        Assert.That(results[0].Outcome, Is.EqualTo(WriteOutcome.Created), results[0].ToString());
        Assert.That(await NumbersAsync(Epc, Roll), Is.All.EqualTo(results[0].Record!.Object));
        Assert.That(await LinksAsync(Roll, false, long.MaxValue), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task HealAsync_ReleasedWhileItHadTwoNumbers_TheHoldIsOver()
    {
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 1, Roll));
        await SpreadAsync(hold.Object);
        var number = (await NumbersAsync(Roll))[0];
        var record = (await WriteDoneAsync(RecordWrites.Registration(Roll))).Object;
        await WriteAsync(Pair("e1", 2, Stack, Roll));
        await WriteAsync(Event("r1", EventType.Release, 3, Member(MemberRole.Item, Roll)));

        await HealAsync(number, record);

        Assert.That((await HoldsAsync(Roll), await HoldsAsync(Stack)), Is.EqualTo((s_none, s_none)));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.Empty);
    }

    [TestCase(true, TestName = "HealAsync_HeldUnderTheRecordWhileItHadTwoNumbers_WhatWasMadeBeforeIsHeld")]
    [TestCase(false, TestName = "HealAsync_HandedOnToTheRecordWhileItHadTwoNumbers_WhatWasMadeBeforeIsHeld")]
    public async Task HealAsync_HeldByItsRecord(bool isOwn)
    {
        await WriteAsync(Pair("e1", 1, Vehicle, Stack));
        var number = (await NumbersAsync(Stack))[0];
        var record = (await WriteDoneAsync(RecordWrites.Registration(Stack))).Object;
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 2, isOwn ? Stack : Roll));
        if (!isOwn)
        {
            await WriteAsync(Pair("e2", 3, Stack, Roll));
        }
        await SpreadAsync(hold.Object);

        await HealAsync(number, record);

        await SpreadAsync(hold.Object);
        Assert.That(await HoldsAsync(Stack), Is.EqualTo(new[] { (hold.Object, isOwn) }));
        Assert.That(await HoldsAsync(Vehicle), Is.EqualTo(new[] { (hold.Object, false) }));
    }

    [Test]
    public async Task HealAsync_ReleasedUnderTheNumberBeforeAndHeldUnderTheRecord_TheHoldIsOver()
    {
        await WriteAsync(Event("r1", EventType.Release, 5, Member(MemberRole.Item, Roll)));
        var number = (await NumbersAsync(Roll))[0];
        var record = (await WriteDoneAsync(RecordWrites.Registration(Roll))).Object;
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 2, Roll));
        await SpreadAsync(hold.Object);

        await HealAsync(number, record);

        Assert.That(await HoldsAsync(Roll), Is.Empty);
    }

    [Test]
    public async Task SpreadAsync_HoldWasComputedAnewSince_PutsItOnNothingAndTakesItFromNothing()
    {
        await WriteAsync(Pair("e1", 1, Stack, Roll));
        await WriteAsync(Pair("e2", 1, Vehicle, "88.1/ROLL-2"));
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 2, Roll, "88.1/ROLL-2"));
        await SpreadAsync(hold.Object);
        var released = await WriteAsync(Event("r1", EventType.Release, 5, Member(MemberRole.Item, Roll)));
        var begun = (await Store.FindSpreadAsync(hold.Object, s_stop))!;
        await WriteAsync(Correction("c1", 6, released.Object));

        var held = await Store.SpreadAsync(begun, await NumbersAsync(Vehicle, "88.1/ROLL-2"), s_stop).Soon();
        await Store.EndSpreadAsync(begun, s_stop).Soon();

        Assert.That(held, Is.Empty);
        Assert.That(await HoldsAsync(Stack), Is.EqualTo(new[] { (hold.Object, false) }));
        Assert.That(await HoldsAsync(Vehicle), Is.EqualTo(new[] { (hold.Object, false) }));
        Assert.That(await Store.SpreadingAsync(s_stop), Is.EqualTo(new[] { hold.Object }));
    }

    [Test]
    public async Task SpreadAsync_OlderSpreadWritesBehindANewerOne_TheHoldIsNotPutBack()
    {
        await WriteAsync(Pair("e1", 1, Stack, Roll));
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 2, Roll, "88.1/ROLL-2"));
        var begun = (await Store.FindSpreadAsync(hold.Object, s_stop))!;
        await WriteAsync(Event("r1", EventType.Release, 5, Member(MemberRole.Item, Roll)));
        await SpreadAsync(hold.Object);

        var held = await Store.SpreadAsync(begun, await NumbersAsync(Stack), s_stop).Soon();
        await Store.EndSpreadAsync(begun, s_stop).Soon();

        Assert.That(held, Is.Empty);
        await new HoldSpreader(Store).ResumeAsync(s_stop).Soon();
        Assert.That(await HoldsAsync(Stack), Is.Empty);
    }

    [Test]
    public async Task SpreadAsync_UseWasCorrectedSinceItWasRead_TheHoldIsTakenBack()
    {
        var used = await WriteAsync(Pair("e1", 1, Stack, Roll));
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 2, Roll));
        var begun = (await Store.FindSpreadAsync(hold.Object, s_stop))!;

        var correction = await WriteAsync(Correction("c1", 3, used.Object));
        await Store.SpreadAsync(begun, await NumbersAsync(Stack), s_stop).Soon();
        await Store.EndSpreadAsync(begun, s_stop).Soon();

        Assert.That(correction.Spreads, Is.EqualTo(new[] { hold.Object }));
        await new HoldSpreader(Store).ResumeAsync(s_stop).Soon();
        Assert.That(await HoldsAsync(Stack), Is.Empty);
        Assert.That(await HoldsAsync(Roll), Is.EqualTo(new[] { (hold.Object, true) }));
    }

    [Test]
    public async Task SpreadAsync_ItemWasHealedSinceItWasRead_TheHoldGoesOnToItsRecord()
    {
        await WriteAsync(Pair("e1", 1, Stack, Roll));
        await WriteAsync(Pair("e2", 1, Vehicle, Roll));
        var hold = await WriteAsync(EventWrites.Hold("h1", HoldScope.MadeFrom, 2, Roll));
        var begun = (await Store.FindSpreadAsync(hold.Object, s_stop))!;
        var numbers = await NumbersAsync(Stack, Vehicle);
        await HealAsync(numbers[0], (await WriteDoneAsync(RecordWrites.Registration(Stack))).Object);

        var held = await Store.SpreadAsync(begun, numbers, s_stop).Soon();
        await Store.EndSpreadAsync(begun, s_stop).Soon();

        Assert.That(held, Is.EqualTo(new[] { numbers[1] }));
        Assert.That(await Store.HoldsAsync([numbers[0]], s_stop), Is.Empty);
        Assert.That(await Store.SpreadingAsync(s_stop), Is.EqualTo(new[] { hold.Object }));
        await SpreadAsync(hold.Object);
        Assert.That(await HoldsAsync(Stack), Is.EqualTo(new[] { (hold.Object, false) }));
        Assert.That(await HoldsAsync(Vehicle), Is.EqualTo(new[] { (hold.Object, false) }));
    }

    [Test]
    public async Task EraseAsync_ElementOfAList_IsGoneFromAllVersionsAndItsCommitmentStays()
    {
        var state = new StateWriter();
        state.Add("e:type", "operate");
        state.AddList("e:persons", "Ann Example", "Bob Example");
        state.Add("e:reason", "Ann was tired");
        var write = Event(
            "e1",
            EventType.Operate,
            0,
            Member(MemberRole.Item, Roll),
            Member(MemberRole.Person, "#Ann Example"),
            Member(MemberRole.Person, "#Bob Example")
        ) with
        {
            State = state.ToState(),
        };
        var made = await WriteAsync(write with { Commitments = Commitments.Of(write.State) });
        var erasure = new EventErasure
        {
            Object = made.Object,
            ExpectedVersion = 1,
            Values = [new ErasedValue("e:persons", 0)],
            Rows = [1],
            Actor = 3,
            Time = RecordWrites.Time + 5,
        };

        var erased = (await Ports.Upkeep.EraseAsync(erasure, s_stop).Soon())!;
        var again = erasure with { ExpectedVersion = 2, Values = [new ErasedValue("e:reason")], Rows = [] };
        var left = (await Ports.Upkeep.EraseAsync(again, s_stop).Soon())!;

        Assert.That((erased.Version, left.Version, left.Made), Is.EqualTo((2L, 3L, made.Sequence)));
        Assert.That(await Ports.Upkeep.EraseAsync(erasure, s_stop).Soon(), Is.Null);
        var entries = await Ports.Log.ReadAsync(0, 10, s_stop);
        Assert.That(
            entries.Select(e => (e.Body.Operation, e.Body.Version, e.Body.Actor)),
            Is.EqualTo(
                new[] { (LogOperation.Create, 1L, 7L), (LogOperation.Erase, 2L, 3L), (LogOperation.Erase, 3L, 3L) }
            )
        );
        foreach (var entry in entries)
        {
            var text = System.Text.Encoding.UTF8.GetString(entry.State);
            Assert.That(text, Does.Not.Contain("Ann").And.Contain("Bob Example"));
        }
        Assert.That(Commitments.Of(erased.State), Has.Length.EqualTo(3 * Commitments.Length));
        var before = Commitments.Of(write.State);
        Assert.That(Contains(before, Commitments.Of(left.State)), Is.True);
        Assert.That((await NumbersAsync("#Ann Example", "#Bob Example"))[0], Is.Zero);
        Assert.That(
            (await Store.MembersAsync([made.Object], [MemberRole.Person], s_stop)).Select(m => m.Row),
            Is.EqualTo(new[] { 2 })
        );
    }

    [Test]
    public async Task WriteAsync_Rework_IsTakenAndLinked()
    {
        await WriteAsync(Pair("e1", 1, Stack, Stack));

        Assert.That(await LinksAsync(Stack, true, 1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WriteAsync_TwoNodes_KeepOrderAndEachSeesTheOther()
    {
        var other = OpenAgain().Events;

        await Task.WhenAll(
                Enumerable
                    .Range(0, 40)
                    .Select(i =>
                        (i % 2 == 0 ? Store : other).WriteAsync([Pair($"e{i}", i, $"88.1/S-{i}", Roll)], s_stop)
                    )
            )
            .Soon();

        var links = await LinksAsync(Roll, false, 40);
        Assert.That(links.Select(l => l.Time), Is.Ordered.Ascending);
        Assert.That(links, Has.Count.EqualTo(40));
        Assert.That(links.Select(l => l.Near).Distinct(), Has.Exactly(1).Items);
    }

    private static bool Contains(byte[] all, byte[] some) =>
        some.Chunk(Commitments.Length).All(s => all.Chunk(Commitments.Length).Any(a => a.AsSpan().SequenceEqual(s)));

    private async Task<EventWriteResult> WriteAsync(EventWrite write) =>
        (await Store.WriteAsync([write], s_stop).Soon())[0];

    private async Task<long> RegisterByGs1KeyAsync(string identifier, string key) =>
        (await WriteDoneAsync(WithGs1Key(RecordWrites.Registration(identifier), await SourceAsync(), key))).Object;

    private async Task HealAsync(long number, long record)
    {
        while (!await Ports.Upkeep.HealAsync(number, record, s_stop).Soon())
        {
            // The next page.
        }
    }

    private async Task SpreadAsync(long hold)
    {
        await new HoldSpreader(Store).SpreadAsync(hold, s_stop).Soon();
        Assert.That(await Store.SpreadingAsync(s_stop), Does.Not.Contain(hold));
    }

    private async Task<IReadOnlyList<long>> NumbersAsync(params string[] items) =>
        await Store.NumbersAsync([.. items.Select(Key)], s_stop);

    private async Task<List<EventLink>> LinksAsync(string item, bool backward, long number)
    {
        var links = new List<EventLink>();
        var query = new LinkQuery
        {
            Items = await NumbersAsync(item),
            Backward = backward,
            Kinds = LinkKinds.Genealogy,
            Number = number,
        };
        Assert.That((await Store.LinksAsync(query, links, s_stop)).Item, Is.EqualTo(1));
        return links;
    }

    private async Task<IReadOnlyList<(long, bool)>> HoldsAsync(string item)
    {
        var numbers = await NumbersAsync(item);
        var holds = await Store.HoldsAsync(numbers, s_stop);
        foreach (var number in numbers)
        {
            // Few roles or too many: the hold is told in both cases.
            foreach (var most in new[] { 0, 64 })
            {
                Assert.That(
                    (await Store.SituationAsync(number, most, s_stop)).IsHeld,
                    Is.EqualTo(holds.Any(h => h.Item == number)),
                    item
                );
            }
        }
        return [.. holds.Select(h => (h.Hold, h.IsOwn))];
    }

    private static EventWrite Pair(string key, int minute, string output, string input) =>
        Event(key, EventType.Transform, minute, Member(MemberRole.Output, output), Member(MemberRole.Input, input));

    private static EventWrite Contains(string key, int minute, string parent, string child) =>
        Event(key, EventType.Assemble, minute, Member(MemberRole.Parent, parent), Member(MemberRole.Child, child));
}
