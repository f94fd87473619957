using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using IdResolution.Testing;
using static IdResolution.Testing.EventWrites;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>What events named early is the record's once it is registered, and so are its holds.</summary>
[TestFixture]
public sealed class UnregisteredHealerTests
{
    private const string Roll = "88.300.1/ROLL";
    private const string Stack = "88.300.1/STACK";

    private CoreFixture _node = null!;

    [SetUp]
    public async Task CreateAsync() => _node = await CoreFixture.CreateAsync();

    [TearDown]
    public void Dispose() => _node.Dispose();

    [Test]
    public async Task HandleAsync_ItemRegisteredAfterItsEvents_HasThemAndItsHoldGoesOn()
    {
        var store = _node.Store.Events;
        var spreader = new HoldSpreader(store);
        var hold = (await store.WriteAsync([Hold("h1", HoldScope.MadeFrom, 1, Roll)], default))[0].Object;
        await spreader.ResumeAsync(default);
        await _node.Store.Records.WriteAsync([RecordWrites.Registration(Roll)], default);
        var used = Event(
            "e1",
            EventType.Transform,
            2,
            Member(MemberRole.Output, Stack),
            Member(MemberRole.Input, Roll)
        );
        await store.WriteAsync([used], default);
        var lease = await _node.Store.Leases.TakeAsync("unregistered", "a", TimeSpan.FromMinutes(1), default);
        var head = await store.HeadAsync(default);
        var changes = await _node.Store.Log.ReadAsync(0, 1_000, default);

        var healer = new UnregisteredHealer(_node.Store.EventUpkeep, _node.Store.Readers, spreader);
        var move = new LogMove(lease!, healer.Name, 0, head);

        Assert.That(await healer.HandleAsync(changes, move, default), Is.True);
        var numbers = await store.NumbersAsync([Key(Roll), Key(Stack)], default);
        Assert.That(
            (await store.HoldsAsync(numbers, default)).Select(h => (h.Item, h.Hold, h.IsOwn)),
            Is.EqualTo(new[] { (numbers[0], hold, true), (numbers[1], hold, false) })
        );
        Assert.That(await store.SpreadingAsync(default), Is.Empty);
        Assert.That(await _node.Store.Readers.CursorAsync(healer.Name, default), Is.EqualTo(head));
    }
}
