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
    public async Task CatchUpAsync_SetBackByAnotherProcess_TakesAllAnewThoughNothingWasWritten()
    {
        var head = await WriteAsync(2);
        await CatchUpAsync(head);
        await CatchUpAsync(head);
        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2" }));

        await _store.Readers.RestartAsync("work", 0, default);

        Assert.That(await _reader.LookAsync(default), Is.Zero, "whoever asks is told how far behind it is");
        await CatchUpAsync(head);
        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2", "1 2" }));
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
            var least = TimeSpan.FromSeconds(seconds * 0.8);
            _time.Step(least - TimeSpan.FromMilliseconds(1));
            Assert.That(_reader.IsPausing, Is.True, $"{seconds} s less a fifth are not over");
            _time.Step(TimeSpan.FromSeconds(seconds) - least + TimeSpan.FromMilliseconds(1));
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

    [Test]
    public async Task Pause_OfManyReaders_IsUpToAFifthShorterSoThatTheyDoNotTryTogether()
    {
        var head = await WriteAsync(1);
        _handler.Failing = new InvalidOperationException("away");
        var ends = new HashSet<int>();
        for (var i = 0; i < 20; i++)
        {
            using var reader = Make("one");
            await reader.CatchUpAsync(head, default);
            var tenths = 0;
            while (reader.IsPausing)
            {
                _time.Step(TimeSpan.FromMilliseconds(10));
                tenths++;
            }
            Assert.That(tenths, Is.InRange(80, 100));
            ends.Add(tenths);
        }

        Assert.That(ends, Has.Count.GreaterThan(1));
    }

    [Test]
    public async Task Pause_HandlerAsksForLonger_LastsThatLong()
    {
        var head = await WriteAsync(1);
        _handler.Failing = new LaterException("busy", TimeSpan.FromMinutes(5));
        await CatchUpAsync(head);
        Assert.That(_reader.Failure, Is.SameAs(_handler.Failing));

        _time.Step(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.That(_reader.IsPausing, Is.True);
        _time.Step(TimeSpan.FromMilliseconds(1));
        Assert.That(_reader.IsPausing, Is.False);

        _handler.Failing = new LaterException("busy", TimeSpan.FromMilliseconds(1));
        await CatchUpAsync(head);
        _time.Step(TimeSpan.FromSeconds(1.5));
        Assert.That(_reader.IsPausing, Is.True, "its own pause of 2 s is longer");
    }

    [Test]
    public async Task CatchUpAsync_HandlerIsClosed_TakesNothingAndAsksForNothing()
    {
        var head = await WriteAsync(2);
        _handler.HasOther = true;
        _handler.ClosedFor = TimeSpan.FromHours(1);
        await CatchUpAsync(head);
        Assert.That((_handler.Taken.Count, _handler.Others.Count, _reader.HoldsLease), Is.EqualTo((0, 0, false)));

        _handler.ClosedFor = TimeSpan.Zero;
        await CatchUpAsync(head);
        Assert.That((_handler.Taken, _handler.Others), Is.EqualTo((new[] { "1 2" }, new[] { 0 })));
    }

    [Test]
    public async Task CatchUpAsync_HandlerClosesMeanwhile_EndsWithThePage()
    {
        var head = await WriteAsync(5);
        _handler.Work = _ =>
        {
            _handler.ClosedFor = TimeSpan.FromHours(1);
            return Task.CompletedTask;
        };
        await CatchUpAsync(head);
        Assert.That((_handler.Taken, await CursorAsync()), Is.EqualTo((new[] { "1 2 3" }, 3)));

        _handler.ClosedFor = TimeSpan.Zero;
        await CatchUpAsync(head);
        Assert.That(_handler.Taken, Is.EqualTo(new[] { "1 2 3", "4 5" }));
    }

    [Test]
    public async Task OtherWork_AllTaken_IsDoneByTheHolderOfTheLeaseAlone()
    {
        var head = await WriteAsync(2);
        await CatchUpAsync(head);
        using var other = Make("two");
        _handler.HasOther = true;

        await other.CatchUpAsync(head, default);
        Assert.That((_handler.Others.Count, other.Reads), Is.EqualTo((0, false)), "the other node holds it");
        await CatchUpAsync(head);
        Assert.That((_handler.Others, _reader.Reads), Is.EqualTo((new[] { 2 }, true)));

        await _reader.ReleaseAsync(default);
        await other.CatchUpAsync(head, default);
        await CatchUpAsync(head);
        Assert.That(_handler.Others, Is.EqualTo(new[] { 2, 2 }));
        Assert.That((_reader.Reads, other.Reads), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task OtherWork_EntryComesMeanwhile_IsTakenBeforeMoreOfIt()
    {
        var head = await WriteAsync(2);
        await CatchUpAsync(head);
        _handler.HasOther = true;
        _handler.OtherWork = () => WriteAsync(1);

        await CatchUpAsync(head);

        Assert.That((_handler.Taken[^1], _handler.Others.Count), Is.EqualTo(("3", 1)));
    }

    [Test]
    public async Task OtherWork_Fails_PausesUntilItIsDoneOrGone_AndEntriesGoOn()
    {
        var head = await WriteAsync(2);
        await CatchUpAsync(head);
        _handler.HasOther = true;
        _handler.Failing = new LaterException("away");
        await CatchUpAsync(head);
        Assert.That((_reader.Failure, _reader.IsPausing), Is.EqualTo((_handler.Failing, false)));

        var failure = _handler.Failing;
        _handler.Failing = null;
        head = await WriteAsync(1);
        await CatchUpAsync(head);
        Assert.That((_handler.Taken[^1], _handler.Others.Count, _reader.Failure), Is.EqualTo(("3", 0, failure)));

        _time.Step(TimeSpan.FromSeconds(1.1));
        await CatchUpAsync(head);
        Assert.That((_handler.Others, _reader.Failure), Is.EqualTo((new[] { 3 }, (Exception?)null)));

        _handler.Failing = new LaterException("away");
        await CatchUpAsync(head);
        _handler.HasOther = false;
        await CatchUpAsync(head);
        Assert.That(_reader.Failure, Is.Null, "nothing is left that could fail");
    }

    [Test]
    public async Task CatchUpAsync_HandlerWorksLongerThanTheLeaseLives_KeepsTheLease()
    {
        var head = await WriteAsync(2);
        var (entered, over) = (Signal(), Signal());
        _handler.Work = async _ =>
        {
            entered.TrySetResult();
            await over.Task;
        };
        var reading = CatchUpAsync(head);
        await entered.Task;

        for (var passed = TimeSpan.Zero; passed < 2 * LeaseKeeper.Life; passed += LeaseKeeper.RenewAfter)
        {
            Pass(LeaseKeeper.RenewAfter);
        }
        Assert.That(() => _time.Waits, Is.EqualTo(1).After(5_000, 5));
        Assert.That(await _store.Leases.TakeAsync("work", "two", LeaseKeeper.Life, default), Is.Null);
        over.SetResult();
        await reading;

        Assert.That((_handler.Taken, _reader.Failure), Is.EqualTo((new[] { "1 2" }, (Exception?)null)));
        Assert.That(_time.Waits, Is.Zero, "no wait is left behind");
    }

    [Test]
    public async Task CatchUpAsync_LeaseLostWhileTheHandlerWorks_EndsItAndMovesNothing()
    {
        var head = await WriteAsync(2);
        var entered = Signal();
        _handler.Work = async cancellationToken =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };
        var reading = CatchUpAsync(head);
        await entered.Task;

        await _store.Leases.ReleaseAsync(_handler.Move!.Lease, default);
        Assert.That(await _store.Leases.TakeAsync("work", "two", TimeSpan.FromMinutes(1), default), Is.Not.Null);
        Pass(LeaseKeeper.RenewAfter);
        await reading;

        Assert.That((_handler.Taken.Count, await CursorAsync()), Is.EqualTo((0, 0L)));
        Assert.That((_reader.HoldsLease, _reader.Failure), Is.EqualTo((false, (Exception?)null)));
    }

    [Test]
    public async Task CatchUpAsync_EndedWhileTheHandlerWorks_WaitsForItsEnd()
    {
        var head = await WriteAsync(2);
        using var stop = new CancellationTokenSource();
        var (entered, cleaned, over) = (Signal(), false, Signal());
        _handler.Work = async cancellationToken =>
        {
            entered.TrySetResult();
            await over.Task;
            cleaned = true;
            cancellationToken.ThrowIfCancellationRequested();
        };
        var reading = _reader.CatchUpAsync(head, stop.Token);
        await entered.Task;

        await stop.CancelAsync();
        Assert.That(reading.IsCompleted, Is.False);
        over.SetResult();

        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((cleaned, _handler.Taken.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task DeadLetters_OfAHandlerThatSetsAsideItself_AreThoseItTells()
    {
        await CatchUpAsync(await WriteAsync(1));
        Assert.That(_reader.DeadLetters, Is.Zero);

        _handler.DeadLetters = 7;

        Assert.That(_reader.DeadLetters, Is.EqualTo(7));
    }

    // Whoever waits for it must not go on within the handler.
    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets time pass as soon as the reader waits.</summary>
    private void Pass(TimeSpan by)
    {
        Assert.That(() => _time.Waits, Is.EqualTo(1).After(5_000, 5));
        _time.Step(by);
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

        /// <summary>What takes time before the move.</summary>
        public Func<CancellationToken, Task>? Work { get; set; }

        public LogMove? Move { get; private set; }

        public TimeSpan ClosedFor { get; set; }

        public bool HasOther { get; set; }

        /// <summary>What happens while other work is done.</summary>
        public Func<Task>? OtherWork { get; set; }

        /// <summary>The cursors at which other work was done.</summary>
        public List<long> Others { get; } = [];

        public long? DeadLetters { get; set; }

        public ValueTask<bool> HasOtherWorkAsync(CancellationToken cancellationToken) => ValueTask.FromResult(HasOther);

        public Task DoOtherWorkAsync(long cursor, CancellationToken cancellationToken)
        {
            if (Failing is not null)
            {
                throw Failing;
            }
            Others.Add(cursor);
            return OtherWork?.Invoke() ?? Task.CompletedTask;
        }

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
            Move = move;
            if (Work is not null)
            {
                await Work(cancellationToken);
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
        private readonly List<Wait> _waits = [];
        private long _ticks;

        /// <summary>The number of waits that go on.</summary>
        public int Waits
        {
            get
            {
                lock (_waits)
                {
                    return _waits.Count;
                }
            }
        }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Step(TimeSpan by)
        {
            _ticks += by.Ticks;
            List<Wait> over;
            lock (_waits)
            {
                over = _waits.FindAll(w => w.Until <= _ticks);
                _waits.RemoveAll(over.Contains);
            }
            over.ForEach(w => w.End());
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var wait = new Wait(this, () => callback(state));
            wait.Change(dueTime, period);
            return wait;
        }

        public override long GetTimestamp() => _ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_ticks);

        private sealed class Wait(SteppedTime time, Action end) : ITimer
        {
            public long Until { get; private set; }

            public void End() => end();

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                lock (time._waits)
                {
                    time._waits.Remove(this);
                    if (dueTime != Timeout.InfiniteTimeSpan)
                    {
                        Until = time._ticks + dueTime.Ticks;
                        time._waits.Add(this);
                    }
                }
                return true;
            }

            public void Dispose() => Change(Timeout.InfiniteTimeSpan, default);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
