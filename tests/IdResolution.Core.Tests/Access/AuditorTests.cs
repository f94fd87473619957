using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class AuditorTests
{
    private static readonly Caller s_partner = new(Role.Partner, 3, "k3");

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 30, TimeSpan.Zero));
    private readonly AuditLines _store = new();

    [SetUp]
    public void SetUp() => (_store.Lines, _store.Fails, _store.Held) = ([], false, Task.CompletedTask);

    [Test]
    public async Task Done_Act_IsWrittenAtOnce()
    {
        var auditor = new Auditor(_store, _time);

        await auditor.DoneAsync(Caller.CommandLine, "record.erase", "88/x a:name", default);

        Assert.That(
            _store.Lines,
            Is.EqualTo(
                new[]
                {
                    new AuditEvent(
                        _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
                        "command-line",
                        "record.erase",
                        "88/x a:name",
                        "done"
                    ),
                }
            )
        );
    }

    [Test]
    public async Task Denied_OftenInAMinute_IsOneLineWithACount()
    {
        var auditor = new Auditor(_store, _time);
        var minute = _time.GetUtcNow().ToUnixTimeSeconds() / 60 * 60_000_000;
        for (var i = 0; i < 5; i++)
        {
            auditor.Denied(s_partner, "changes.read", ErrorCode.Forbidden);
        }
        auditor.Denied(Caller.Anonymous, "changes.read", ErrorCode.Unauthenticated);
        auditor.Denied(s_partner, "audit.read", ErrorCode.Forbidden);
        await auditor.FlushAsync(all: false, default);
        Assert.That(_store.Lines, Is.Empty, "the minute has not ended");

        _time.Advance(TimeSpan.FromSeconds(30));
        auditor.Denied(s_partner, "changes.read", ErrorCode.Forbidden);
        await auditor.FlushAsync(all: false, default);

        Assert.That(
            _store.Lines,
            Is.EquivalentTo(
                new[]
                {
                    new AuditEvent(minute, "k3", "changes.read", "", "Forbidden", 5) { Kind = AuditKind.Denial },
                    new AuditEvent(minute, "anonymous", "changes.read", "", "Unauthenticated")
                    {
                        Kind = AuditKind.Denial,
                    },
                    new AuditEvent(minute, "k3", "audit.read", "", "Forbidden") { Kind = AuditKind.Denial },
                }
            )
        );
        await auditor.FlushAsync(all: true, default);
        Assert.That(_store.Lines, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Flush_StoreFails_KeepsTheCounts()
    {
        var auditor = new Auditor(_store, _time);
        auditor.Denied(s_partner, "audit.read", ErrorCode.Forbidden);
        auditor.Denied(s_partner, "audit.read", ErrorCode.Forbidden);
        _store.Fails = true;
        Assert.That(async () => await auditor.FlushAsync(all: true, default), Throws.InstanceOf<StoreException>());
        auditor.Denied(s_partner, "audit.read", ErrorCode.Forbidden);
        _store.Fails = false;

        await auditor.FlushAsync(all: true, default);

        Assert.That(_store.Lines.Single().Count, Is.EqualTo(3));
    }

    [Test]
    public async Task Flush_WhileAnotherWrites_EndsWithItsLinesInTheStore()
    {
        var auditor = new Auditor(_store, _time);
        auditor.Denied(s_partner, "audit.read", ErrorCode.Forbidden);
        var held = new TaskCompletionSource();
        _store.Held = held.Task;
        var first = auditor.FlushAsync(all: true, default);

        var second = auditor.FlushAsync(all: true, default);

        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)));
        Assert.That(_store.Lines, Is.Empty);
        held.SetResult();
        await second;
        Assert.That(_store.Lines, Has.Count.EqualTo(1));
        await first;
    }

    [Test]
    public async Task Done_StoreFails_IsWrittenLater()
    {
        var auditor = new Auditor(_store, _time);
        _store.Fails = true;
        Assert.That(
            async () => await auditor.DoneAsync(Caller.Node, "key.create", "k1", default),
            Throws.InstanceOf<StoreException>()
        );
        _store.Fails = false;

        await auditor.FlushAsync(all: false, default);
        await auditor.FlushAsync(all: false, default);

        Assert.That(_store.Lines.Single().Action, Is.EqualTo("key.create"));
    }

    [Test]
    public async Task Done_ByTheCommandLine_NamesUserNodeSourceAndTrace()
    {
        var auditor = new Auditor(_store, _time, new AuditOrigin("node-1", "ann (root)"));
        var source = NetworkSource.Of(System.Net.IPAddress.Parse("2001:db8:1:2:3::4"));

        await auditor.DoneAsync(Caller.CommandLine, "backup", "", default, count: 3);
        await auditor.DoneAsync(s_partner with { Source = source, Origin = new Traced() }, "a", "a\nb", default);

        var (line, other) = (_store.Lines[0], _store.Lines[1]);
        Assert.That((line.OsUser, line.Node, line.Source, line.Count), Is.EqualTo(("ann (root)", "node-1", "", 3)));
        Assert.That(
            (other.OsUser, other.Source, other.Trace, other.Target),
            Is.EqualTo(("", "2001:db8:1:2::/64", "0af7651916cd43dd8448eb211c80319c", "a\uFFFDb"))
        );
    }

    [Test]
    public async Task Denied_ManySources_RestIsOneLine()
    {
        var auditor = new Auditor(_store, _time);
        for (var i = 0; i < 500; i++)
        {
            var caller = Caller.Anonymous with { Source = NetworkSource.Of(new System.Net.IPAddress(i)) };
            auditor.Denied(caller, Auditor.Authentication, ErrorCode.AuthenticationFailed);
            auditor.Denied(caller, Auditor.Authentication, ErrorCode.AuthenticationFailed);
        }

        await auditor.FlushAsync(all: true, default);

        Assert.That(_store.Lines, Has.Count.EqualTo(101));
        Assert.That(_store.Lines.Sum(l => l.Count), Is.EqualTo(1_000));
        Assert.That(_store.Lines.Single(l => l.Source == "others").Count, Is.EqualTo(800));
        Assert.That(auditor.DroppedCount, Is.Zero);
    }

    [Test]
    public async Task Denied_ManyTargets_RestHasNone()
    {
        var auditor = new Auditor(_store, _time);
        for (var i = 0; i < 50; i++)
        {
            auditor.Denied(s_partner, "GET identifiers", ErrorCode.Forbidden, "88.1/" + i);
        }

        await auditor.FlushAsync(all: true, default);

        Assert.That(_store.Lines, Has.Count.EqualTo(21));
        Assert.That(_store.Lines.Single(l => l.Target == "").Count, Is.EqualTo(30));
    }

    [Test]
    public async Task Denied_MoreThanFinds_IsCountedAndTold()
    {
        var auditor = new Auditor(_store, _time);
        for (var i = 0; i < 1_500; i++)
        {
            auditor.Denied(s_partner with { Name = "k" + i }, "call" + i, ErrorCode.Forbidden);
        }
        // 200 have place beside the others, in lines that name no network.
        Assert.That(auditor.DroppedCount, Is.EqualTo(300));

        await auditor.FlushAsync(all: true, default);

        Assert.That(_store.Lines, Has.Count.EqualTo(1_201));
        var told = _store.Lines.Single(l => l.Action == "audit.dropped");
        Assert.That((told.Count, told.Caller, told.Kind), Is.EqualTo((300, "node", AuditKind.Act)));
    }

    [Test]
    public async Task Dropped_InEveryFlush_IsToldOnceAMinute()
    {
        var auditor = new Auditor(_store, _time);
        void Overflow()
        {
            for (var i = 0; i < 1_300; i++)
            {
                auditor.Denied(s_partner with { Name = "k" + i }, "call" + i, ErrorCode.Forbidden);
            }
        }
        for (var i = 0; i < 12; i++)
        {
            Overflow();
            await auditor.FlushAsync(all: false, default);
            _time.Advance(TimeSpan.FromSeconds(10));
        }
        await auditor.FlushAsync(all: true, default);

        var told = _store.Lines.Where(l => l.Action == "audit.dropped").ToList();
        Assert.That(told.Count, Is.InRange(2, 4));
        Assert.That(told.Sum(l => l.Count), Is.EqualTo(auditor.DroppedCount));
    }

    [Test]
    public async Task Denied_OneNetworkThatFloods_DoesNotTakeThePlaceOfOthers()
    {
        var auditor = new Auditor(_store, _time);
        var flooding = Caller.Anonymous with { Source = NetworkSource.Of(System.Net.IPAddress.Parse("192.0.2.1")) };
        for (var i = 0; i < 5_000; i++)
        {
            auditor.Denied(flooding, "call" + (i % 100), ErrorCode.Unauthenticated, "88.1/" + i);
        }
        var other = Caller.Anonymous with { Source = NetworkSource.Of(System.Net.IPAddress.Parse("192.0.2.2")) };
        auditor.Denied(other, "GET keys", ErrorCode.Unauthenticated, "88.1/secret");

        await auditor.FlushAsync(all: true, default);

        Assert.That(_store.Lines.Count(l => l.Source == "192.0.2.1"), Is.EqualTo(200));
        Assert.That(
            _store.Lines.Single(l => l.Source == "192.0.2.2"),
            Has.Property("Target").EqualTo("88.1/secret").And.Property("Count").EqualTo(1)
        );
        Assert.That(_store.Lines.Sum(l => l.Count), Is.EqualTo(5_001), "nothing is lost");
        Assert.That(auditor.DroppedCount, Is.Zero);
    }

    [Test]
    public async Task Noted_StrangersAndKnown_AreKeptApart()
    {
        var auditor = new Auditor(_store, _time);
        for (var i = 0; i < 3; i++)
        {
            auditor.Noted(s_partner, "handle.log-in", "");
            auditor.Noted(Caller.Anonymous, "handle.public-write", "88.1/X");
        }

        await auditor.FlushAsync(all: true, default);

        Assert.That(
            _store.Lines.Select(l => (l.Kind, l.Caller, l.Target, l.Count)),
            Is.EquivalentTo([(AuditKind.Act, "k3", "", 3), (AuditKind.Anonymous, "anonymous", "88.1/X", 3)])
        );
    }

    private sealed class Traced : ICallOrigin
    {
        public string TraceId => "0af7651916cd43dd8448eb211c80319c";
    }

    private sealed class AuditLines : IAuditStore
    {
        public List<AuditEvent> Lines { get; set; } = [];

        public bool Fails { get; set; }

        public Task Held { get; set; } = Task.CompletedTask;

        public async Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw StoreException.Unavailable(null);
            }
            await Held;
            Lines.AddRange(events);
        }

        public ValueTask<IReadOnlyList<AuditEvent>> ReadAsync(
            AuditQuery query,
            int limit,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<AuditEvent>> FollowAsync(
            long after,
            int limit,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<AuditEvent>> FirstsAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<AuditHead>> HeadsAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<long?> FindCursorAsync(string reader, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task MoveCursorAsync(string reader, long line, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task TrimAsync(long before, long maxLines, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
