using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Leases;
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

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

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
        // Nobody waits for the hold here: it was asked to go on.
        Assert.That(await store.SpreadingAsync(default), Is.EqualTo(new[] { hold }));
        await spreader.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, default).WaitAsync(s_patience);
        await spreader.ResumeAsync(default);
        Assert.That(await store.SpreadingAsync(default), Is.Empty);
        Assert.That(await _node.Store.Readers.CursorAsync(healer.Name, default), Is.EqualTo(head));
    }

    [Test]
    public async Task BeginAsync_EverythingIsHealed_DoesNotWaitForOthersThatUseTheReader()
    {
        var store = _node.Store;
        await store.Records.WriteAsync([RecordWrites.Registration(Roll)], default);
        var healer = new UnregisteredHealer(store.EventUpkeep, store.Readers, new HoldSpreader(store.Events));
        var busy = new BusyHandler(healer);
        var lease = new LeaseKeeper(store.Leases, healer.Name, "a", TimeProvider.System);
        using var reader = new LogReader(store.Log, store.Readers, lease, busy, TimeProvider.System, page: 1_000);
        using var work = new TraceWork(TimeProvider.System);
        var tracer = new Tracer(store.Events, store.Records, _node.Catalog, _node.Secrets, work, reader);
        var query = TraceFixture.From(Roll);
        CoreFixture.Ok(await tracer.BeginAsync(query, TraceFixture.Reader, default));
        var head = await store.Events.HeadAsync(default);
        Assert.That(reader.Cursor, Is.EqualTo(head));
        busy.Work = new TaskCompletionSource();
        var other = reader.CatchUpAsync(head, default);

        CoreFixture.Ok(await tracer.BeginAsync(query, TraceFixture.Reader, default).AsTask().WaitAsync(s_patience));

        Assert.That(other.IsCompleted, Is.False);
        busy.Work.SetResult();
        await other.WaitAsync(s_patience);
    }

    /// <summary>A handler that has something to do before each look at the log.</summary>
    private sealed class BusyHandler(UnregisteredHealer healer) : ILogHandler
    {
        public TaskCompletionSource? Work { get; set; }

        public string Name => healer.Name;

        public async ValueTask<bool> HasOtherWorkAsync(CancellationToken cancellationToken)
        {
            await (Work?.Task ?? Task.CompletedTask);
            return false;
        }

        public Task<bool> HandleAsync(
            IReadOnlyList<Change> changes,
            LogMove move,
            CancellationToken cancellationToken
        ) => healer.HandleAsync(changes, move, cancellationToken);
    }
}
