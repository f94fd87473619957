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
    public void SetUp() => (_store.Lines, _store.Fails) = ([], false);

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
                    new AuditEvent(minute, "k3", "changes.read", "", "Forbidden", 5),
                    new AuditEvent(minute, "anonymous", "changes.read", "", "Unauthenticated"),
                    new AuditEvent(minute, "k3", "audit.read", "", "Forbidden"),
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
    public async Task Denied_ManyKinds_StaysUnderItsCap()
    {
        var auditor = new Auditor(_store, _time);
        for (var i = 0; i < 10_500; i++)
        {
            auditor.Denied(s_partner with { Name = "k" + i }, "audit.read", ErrorCode.Forbidden);
        }
        auditor.Denied(s_partner with { Name = "k0" }, "audit.read", ErrorCode.Forbidden);

        await auditor.FlushAsync(all: true, default);

        Assert.That(_store.Lines, Has.Count.EqualTo(10_000));
        Assert.That(_store.Lines.Single(l => l.Caller == "k0").Count, Is.EqualTo(2), "kinds known are still counted");
    }

    private sealed class AuditLines : IAuditStore
    {
        public List<AuditEvent> Lines { get; set; } = [];

        public bool Fails { get; set; }

        public Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw StoreException.Unavailable(null);
            }
            Lines.AddRange(events);
            return Task.CompletedTask;
        }

        public ValueTask<IReadOnlyList<AuditEvent>> ReadAsync(
            long before,
            int limit,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();
    }
}
