using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;
using IdResolution.Testing;
using static IdResolution.Core.Tests.Traceability.Member;
using static IdResolution.Core.Tests.Traceability.TraceFixture;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>What many traces at once leave to others, and to each other.</summary>
[TestFixture]
public sealed class TraceWorkTests
{
    private const string Roll = P + "/roll";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private TraceFixture _node = null!;

    private GraphStore Graph => _node.Graph;

    [SetUp]
    public async Task BeginAsync()
    {
        _node = await TraceFixture.CreateAsync();
        for (var i = 0; i < 40; i++)
        {
            Graph.Add(EventType.Transform, i + 1, In(i == 0 ? Roll : $"{P}/p{i}"), Out($"{P}/p{i + 1}"));
        }
    }

    [TearDown]
    public void End() => _node.Dispose();

    [Test]
    public async Task Walks_TenAtOnce_NeverReadAllTogether_AndComeToTheirEnds()
    {
        var (inside, most) = (0, 0);
        Graph.OnLinks = () =>
        {
            var now = Interlocked.Increment(ref inside);
            int seen;
            while (now > (seen = Volatile.Read(ref most)))
            {
                Interlocked.CompareExchange(ref most, now, seen);
            }
            Thread.Yield();
            Interlocked.Decrement(ref inside);
        };

        var walks = Enumerable
            .Range(0, 10)
            .Select(_ => Task.Run(() => _node.WalkAsync(From(Roll, TraceDirection.Forward))));
        var all = await Task.WhenAll(walks).WaitAsync(s_patience);

        Assert.That(all.Select(walked => walked.Nodes.Count), Is.All.EqualTo(41));
        Assert.That(all.Select(walked => walked.End.IsComplete), Is.All.True);
        Assert.That(most, Is.InRange(1, TraceWork.MostTurns));
    }

    [Test]
    public async Task Analysis_OfManyItems_GivesItsTurnBackNowAndThen()
    {
        _node.Dispose();
        _node = await TraceFixture.CreateAsync();
        _node.Time = new Hasty();
        for (var i = 0; i < 1_000; i++)
        {
            Graph.Add(EventType.Transform, i + 1, In(i == 0 ? Roll : $"{P}/p{i}"), Out($"{P}/p{i + 1}"));
        }
        // So that the analysis has the last turn.
        var others = new List<TraceWork.Turn>();
        for (var i = 1; i < TraceWork.MostTurns; i++)
        {
            others.Add(await _node.Work.TakeTurnAsync(CancellationToken.None));
        }
        var (pages, had) = (0, 0);
        var waiting = new List<Task>();
        var hadAtPages = new List<int>();
        // The analysis asks for holds a page at a time.
        Graph.OnHolds = () =>
        {
            pages++;
            hadAtPages.Add(Volatile.Read(ref had));
            waiting.Add(TakeOneAsync());
        };

        var report = await _node
            .ReportAsync(From(Roll, TraceDirection.Forward), explain: $"{P}/p1000")
            .WaitAsync(s_patience);
        await Task.WhenAll(waiting).WaitAsync(s_patience);
        others.ForEach(static turn => turn.Dispose());

        Assert.That((report.End.IsComplete, report.Paths!.Count, pages), Is.EqualTo((true, 1, 4)));
        Assert.That(hadAtPages, Is.EqualTo([0, 1, 2, 3]), "who waited had a turn before the next page");

        async Task TakeOneAsync()
        {
            using var turn = await _node.Work.TakeTurnAsync(CancellationToken.None);
            Interlocked.Increment(ref had);
        }
    }

    [Test]
    public async Task Walk_WhosePeerIsSlow_TakesNobodysTurn()
    {
        var others = 0;
        var walk = await BeginWalkAsync();
        var slow = new Waiting(async () =>
        {
            // As many as may read at once, and one more.
            for (var i = 0; i <= TraceWork.MostTurns; i++)
            {
                others += (await _node.WalkAsync(From(Roll, TraceDirection.Forward))).Nodes.Count;
            }
        });

        var end = (await walk.RunAsync(slow, CancellationToken.None).AsTask().WaitAsync(s_patience)).Value;

        Assert.That(end.IsComplete);
        Assert.That(others, Is.EqualTo(41 * 41 * (TraceWork.MostTurns + 1)));
    }

    [Test]
    public async Task Walks_OfOneKeyWhosePeersAreSlow_KeepNoOtherKeyWaiting()
    {
        var go = new TaskCompletionSource();
        var walks = new List<Task<Result<TraceEnd>>>();
        for (var i = 0; i <= TraceWork.MostOfKey; i++)
        {
            walks.Add((await BeginWalkAsync()).RunAsync(new Waiting(() => go.Task), CancellationToken.None).AsTask());
        }
        var other = new Waiting(() => Task.CompletedTask);

        var end = await (await BeginWalkAsync(actor: 7))
            .RunAsync(other, CancellationToken.None)
            .AsTask()
            .WaitAsync(s_patience);

        Assert.That((end.Value.IsComplete, walks.Any(walk => walk.IsCompleted)), Is.EqualTo((true, false)));
        go.SetResult();
        await Task.WhenAll(walks).WaitAsync(s_patience);
    }

    [Test]
    public async Task Walks_BeyondTheMost_WaitUntilOneEnds()
    {
        var go = new TaskCompletionSource();
        var paused = new SemaphoreSlim(0);
        Waiting Sink() =>
            new(() =>
            {
                paused.Release();
                return go.Task;
            });
        var walks = new List<Task<Result<TraceEnd>>>();
        for (var i = 0; i < TraceWork.MostWalks; i++)
        {
            var walk = await BeginWalkAsync(actor: 10 + (i / TraceWork.MostOfKey));
            walks.Add(walk.RunAsync(Sink(), CancellationToken.None).AsTask());
            Assert.That(await paused.WaitAsync(s_patience));
        }
        var last = Sink();

        var waiting = (await BeginWalkAsync()).RunAsync(last, CancellationToken.None).AsTask();

        Assert.That((waiting.IsCompleted, last.Nodes), Is.EqualTo((false, 0)));
        using (var leaves = new CancellationTokenSource())
        {
            var gone = (await BeginWalkAsync()).RunAsync(Sink(), leaves.Token).AsTask();
            await leaves.CancelAsync();
            Assert.That(async () => await gone.WaitAsync(s_patience), Throws.InstanceOf<OperationCanceledException>());
        }
        go.SetResult();
        Assert.That((await waiting.WaitAsync(s_patience)).Value.IsComplete);
        await Task.WhenAll(walks).WaitAsync(s_patience);
        Assert.That(last.Nodes, Is.EqualTo(41));
    }

    [Test]
    public async Task Trace_OfAKeyWhoseTracesHoldAllItMay_IsRefusedUntilTheyAreTaken()
    {
        using (var held = _node.Work.Hold(Reader.Actor))
        {
            Assert.That(held.TryHold(TraceWork.MostBytesOfKey));

            var small = await _node.ReportAsync(From(Roll, TraceDirection.Forward));
            AddFan();
            var walk = await (await BeginWalkAsync(Reader.Actor)).RunAsync(new TraceGraph(), CancellationToken.None);
            var refused = await _node.RefusalAsync(From(Roll, TraceDirection.Forward));
            var other = await _node.ReportAsync(From(Roll, TraceDirection.Forward), caller: Reader with { Actor = 7 });

            Assert.That((small.End.Nodes, other.End.Nodes), Is.EqualTo((41, 2_041)));
            Assert.That((walk.Error!.Code, refused.Code), Is.EqualTo((ErrorCode.TooMany, ErrorCode.TooMany)));
            Assert.That(refused.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
        }
        var again = await _node.ReportAsync(From(Roll, TraceDirection.Forward));
        Assert.That((again.End.Nodes, _node.Work.Bytes), Is.EqualTo((2_041, 0)));
    }

    [Test]
    public async Task Reports_OfOneKeyThatAreNotTaken_AreTwo_AndOtherKeysHaveTheirs()
    {
        _node.Dispose();
        _node = await TraceFixture.CreateAsync();
        _node.Patience = TimeSpan.FromMilliseconds(20);
        Graph.Add(EventType.Transform, 1, In(Roll), Out(P + "/p1"));
        AddFan();
        var tracer = _node.Tracer();
        Task<Result<TraceReport>> AskAsync(long actor) =>
            tracer
                .ReportAsync(From(Roll, TraceDirection.Forward), null, Reader with { Actor = actor }, default)
                .AsTask();
        using var first = (await AskAsync(1)).Value;
        using var second = (await AskAsync(1)).Value;
        var held = _node.Work.Bytes;

        var third = await AskAsync(1);
        using var other = (await AskAsync(2)).Value;
        first.Dispose();
        first.Dispose();
        using var fourth = (await AskAsync(1)).Value;

        Assert.That((third.Error!.Code, other.End.Nodes), Is.EqualTo((ErrorCode.Unavailable, 2_002)));
        Assert.That(held, Is.GreaterThan(512 << 10));
    }

    private void AddFan()
    {
        for (var i = 0; i < 4; i++)
        {
            var made = Enumerable.Range(0, 500).Select(n => Out($"{P}/fan{i}-{n}"));
            Graph.Add(EventType.Transform, 100 + i, [In(Roll), .. made]);
        }
    }

    private async Task<TraceWalk> BeginWalkAsync(long actor = 1) =>
        CoreFixture.Ok(
            await _node
                .Tracer()
                .BeginAsync(From(Roll, TraceDirection.Forward), Reader with { Actor = actor }, CancellationToken.None)
        );

    /// <summary>A clock on which whatever is done takes 20 ms.</summary>
    private sealed class Hasty : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Interlocked.Add(ref _now, 20);
    }

    /// <summary>A sink that waits for something whenever it may.</summary>
    private sealed class Waiting(Func<Task> wait) : ITraceSink
    {
        public int Nodes { get; private set; }

        public void Node(in TraceNode node) => Nodes++;

        public void Link(in TraceLink link) { }

        public async ValueTask<bool> PauseAsync(CancellationToken cancellationToken)
        {
            await wait();
            return true;
        }
    }
}
