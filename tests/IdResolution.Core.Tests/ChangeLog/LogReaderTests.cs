using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.ChangeLog;

/// <summary>What every reader of the log gets: on an embedded store, with a handler that tests set.</summary>
[TestFixture]
public sealed class LogReaderTests
{
    private readonly SteppedTime _time = new();
    private TemporaryDirectory _directory = null!;
    private NodeStore _store = null!;
    private Handler _handler = null!;
    private LogReader _reader = null!;

    [SetUp]
    public void Open()
    {
        _directory = new TemporaryDirectory();
        _store = SqliteStore.Open(SqliteDatabase.Open(_directory.File("idnode.db"), _time));
        _handler = new Handler(_store);
        _reader = Make("one");
    }

    [TearDown]
    public void Close()
    {
        _reader.Dispose();
        _store.Dispose();
        _directory.Dispose();
    }

    [Test]
    public async Task CatchUpAsync_MoreThanAPage_TakesAllInOrder()
    {
        var head = await WriteAsync(8);
        Assert.That(_reader.Lag(head), Is.Null, "it has not looked yet");

        await CatchUpAsync(head);

        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2 3", "4 5 6", "7 8" }));
        Assert.That(await CursorAsync(), Is.EqualTo(8));
        Assert.That((_reader.Lag(head), _reader.Lag(head + 2)), Is.EqualTo((0L, 2L)));
        Assert.That(
            (_reader.HoldsLease, _reader.IsPausing, _reader.Failure),
            Is.EqualTo((true, false, (Exception?)null))
        );
    }

    [Test]
    public async Task CatchUpAsync_AllTaken_AsksTheStoreNothing()
    {
        var head = await WriteAsync(2);
        await CatchUpAsync(head);
        _store.Dispose();

        await CatchUpAsync(head);

        Assert.That(async () => await CatchUpAsync(head + 1), Throws.Exception, "where there is more it is asked");
    }

    [Test]
    public async Task CatchUpAsync_AnotherNodeReads_TakesNothingUntilItIsOver()
    {
        var head = await WriteAsync(2);
        using var other = Make("two");
        var lease = await _store.Leases.TakeAsync("work", "two", TimeSpan.FromMinutes(1), default);

        await CatchUpAsync(head);

        Assert.That(
            (_handler.Taken.Count, _reader.HoldsLease, _reader.Failure),
            Is.EqualTo((0, false, (Exception?)null))
        );
        await _store.Leases.ReleaseAsync(lease!, default);
        await CatchUpAsync(head);
        await other.CatchUpAsync(head, default);
        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2" }));
    }

    [Test]
    public async Task ReleaseAsync_Held_LetsAnotherNodeReadAtOnce()
    {
        await CatchUpAsync(await WriteAsync(2));
        await _reader.ReleaseAsync(default);
        using var other = Make("two");

        await other.CatchUpAsync(await WriteAsync(1), default);

        Assert.That((_reader.HoldsLease, other.HoldsLease), Is.EqualTo((false, true)));
        await CatchUpAsync(await WriteAsync(1));
        Assert.That((_reader.Reads, other.Reads), Is.EqualTo((false, true)));
        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2", "3" }));
    }

    [Test]
    public async Task CatchUpAsync_HandlerFails_PausesLongerEachTimeAndLosesNothing()
    {
        var head = await WriteAsync(2);
        _handler.Failing = new InvalidOperationException("away");
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            await CatchUpAsync(head);
            Assert.That((_reader.Failure, _reader.IsPausing), Is.EqualTo((_handler.Failing, true)));
            _time.Step(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.That(_reader.IsPausing, Is.True, $"{seconds} s are not over");
            _time.Step(TimeSpan.FromMilliseconds(1));
            Assert.That(_reader.IsPausing, Is.False, $"{seconds} s are over");
        }

        _handler.Failing = null;
        await CatchUpAsync(head);

        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2" }));
        Assert.That((_reader.Failure, _reader.DeadLetters), Is.EqualTo(((Exception?)null, 0L)));
    }

    [Test]
    public async Task CatchUpAsync_StoreFails_ThrowsAndGoesOnWhenAsked()
    {
        var head = await WriteAsync(2);
        _handler.Failing = StoreException.Unavailable(null);

        Assert.That(async () => await CatchUpAsync(head), Throws.InstanceOf<StoreException>());
        Assert.That(_reader.IsPausing, Is.True);
        _handler.Failing = null;
        await CatchUpAsync(head);

        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2" }), "whoever asks does not wait for the pause");
    }

    [Test]
    public async Task CatchUpAsync_UnreadableEntry_IsTriedThreeTimesThenSetAside()
    {
        var head = await WriteAsync(8);
        _handler.Poisoned.Add(5);

        await CatchUpAsync(head);
        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2 3", "4" }), "those before it do not wait");
        Assert.That(_reader.Failure, Is.InstanceOf<UnreadableEntryException>());
        await CatchUpAsync(head);
        Assert.That(_handler.Refused, Is.EqualTo(1), "it has its tries in their own time");
        _time.Step(TimeSpan.FromSeconds(1));
        await CatchUpAsync(head);
        Assert.That((_handler.Refused, await CursorAsync()), Is.EqualTo((2, 4L)));
        _time.Step(TimeSpan.FromSeconds(2));
        await CatchUpAsync(head);

        Assert.That(_handler.Refused, Is.EqualTo(LogReader.MaxTries));
        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2 3", "4", "6 7 8" }));
        var letter = new DeadLetter("work", 5, "it is poisoned", Micros.Now(_time));
        Assert.That(await _store.Readers.DeadLettersAsync("work", 10, default), Is.EqualTo(new[] { letter }));
        Assert.That(_reader.LastSetAside, Is.EqualTo(letter));
        Assert.That((_reader.DeadLetters, _reader.SetAside, _reader.Failure), Is.EqualTo((1L, 1L, (Exception?)null)));
    }

    [Test]
    public async Task CatchUpAsync_UnreadableOnlyAtFirst_IsTaken()
    {
        var head = await WriteAsync(3);
        _handler.Poisoned.Add(2);
        await CatchUpAsync(head);
        _handler.Poisoned.Clear();
        _time.Step(TimeSpan.FromSeconds(1));

        await CatchUpAsync(head);

        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That((_reader.DeadLetters, _reader.Failure), Is.EqualTo((0L, (Exception?)null)));
    }

    // A handler that works on several entries at once may meet the later one first.
    [Test]
    public async Task CatchUpAsync_LaterOfTwoUnreadableIsMetFirst_BothAreSetAside()
    {
        var head = await WriteAsync(4);
        _handler.Poisoned.UnionWith([2, 3]);
        _handler.MeetsTheLastFirst = true;

        for (var i = 0; i < 10; i++)
        {
            await CatchUpAsync(head);
            _time.Step(TimeSpan.FromMinutes(1));
        }

        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1", "4" }));
        Assert.That(
            (await _store.Readers.DeadLettersAsync("work", 10, default)).Select(l => l.Sequence),
            Is.EqualTo(new[] { 2, 3 })
        );
    }

    [Test]
    public async Task CatchUpAsync_UnreadableOfNoEntryOfThePage_IsAFailureAndNothingIsSetAside()
    {
        var head = await WriteAsync(2);
        _handler.Failing = new UnreadableEntryException(99, "not one of these");

        for (var i = 0; i < 4; i++)
        {
            await CatchUpAsync(head);
            _time.Step(TimeSpan.FromMinutes(1));
        }

        Assert.That((_reader.Failure, _reader.SetAside), Is.EqualTo((_handler.Failing, 0L)));
        Assert.That(await CursorAsync(), Is.Zero);
    }

    [Test]
    public async Task CatchUpAsync_RestartedMeanwhile_GoesOnFromThereWithoutDeadLetters()
    {
        var head = await WriteAsync(3);
        _handler.Poisoned.Add(2);
        for (var i = 0; i < LogReader.MaxTries; i++)
        {
            await CatchUpAsync(head);
            _time.Step(TimeSpan.FromMinutes(1));
        }
        Assert.That(_reader.DeadLetters, Is.EqualTo(1));
        _handler.Poisoned.Clear();
        _handler.Taken.Clear();

        await _store.Readers.RestartAsync("work", 1, default);
        await CatchUpAsync(await WriteAsync(1));

        Assert.That(_handler.Taken, Is.EqualTo(new[] { "2 3 4" }));
        Assert.That(_reader.DeadLetters, Is.Zero);
    }

    [Test]
    public async Task CatchUpAsync_ManyAtOnce_TakeEachEntryOnce()
    {
        var head = await WriteAsync(20);
        using var other = Make("two");

        await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(i => Task.Run(() => (i % 2 == 0 ? _reader : other).CatchUpAsync(head, default)))
        );

        Assert.That(string.Join(' ', _handler.Taken), Is.EqualTo(string.Join(' ', Enumerable.Range(1, 20))));
    }

    private LogReader Make(string node) =>
        new(_store.Log, _store.Readers, new LeaseKeeper(_store.Leases, "work", node, _time), _handler, _time, page: 3);

    private Task CatchUpAsync(long head) => _reader.CatchUpAsync(head, default);

    private async Task<long> CursorAsync() => await _store.Readers.CursorAsync("work", default);

    private async Task<long> WriteAsync(int count)
    {
        var head = await _store.Log.HeadAsync(default);
        await _store.Records.WriteAsync(
            [.. Enumerable.Range(0, count).Select(i => RecordWrites.Registration($"88.1/{head + i}"))],
            default
        );
        return head + count;
    }

    private sealed class Handler(NodeStore store) : ILogHandler
    {
        public string Name => "work";

        public List<string> Taken { get; } = [];

        public HashSet<long> Poisoned { get; } = [];

        public bool MeetsTheLastFirst { get; set; }

        public Exception? Failing { get; set; }

        public int Refused { get; private set; }

        public async Task<bool> HandleAsync(
            IReadOnlyList<Change> changes,
            LogMove move,
            CancellationToken cancellationToken
        )
        {
            if (Failing is not null)
            {
                throw Failing;
            }
            foreach (var change in MeetsTheLastFirst ? changes.Reverse() : changes)
            {
                if (Poisoned.Contains(change.Sequence))
                {
                    Refused++;
                    throw new UnreadableEntryException(change.Sequence, "it is poisoned");
                }
            }
            if (!await store.Readers.MoveAsync(move, cancellationToken))
            {
                return false;
            }
            lock (Taken)
            {
                Taken.Add(string.Join(' ', changes.Select(c => c.Sequence)));
            }
            return true;
        }
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Step(TimeSpan by) => _ticks += by.Ticks;

        public override long GetTimestamp() => _ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_ticks);
    }
}
