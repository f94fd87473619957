using System.Net;
using IdResolution.Core.Access;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.Server.Handle.Http;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>The bounds of sessions, in number and in time.</summary>
[TestFixture]
public sealed class HttpSessionsTests
{
    private static readonly HandleIdentity s_owner = new(new Reference("88.300.1/ADMIN", 300), 1);

    private static readonly NetworkSource s_here = NetworkSource.Of(IPAddress.Loopback);

    private readonly Clock _clock = new();

    [Test]
    public void Create_MoreThanThereMayBe_DropsTheOldestWithoutOwner()
    {
        var sessions = new HttpSessions(_clock);
        var owned = sessions.Create(s_here);
        Assert.That(sessions.TryProve(owned, s_owner));
        var first = sessions.Create(s_here);

        for (var i = 0; i < HttpSessions.MaxUnprovedEach; i++)
        {
            sessions.Create(s_here);
        }

        Assert.That(sessions.Find(first.Id), Is.Null);
        Assert.That(sessions.TryProve(first, s_owner), Is.False);
        Assert.That(sessions.Find(owned.Id), Is.SameAs(owned));
        Assert.That(sessions.Count, Is.LessThanOrEqualTo(HttpSessions.MaxUnprovedEach + 1));
    }

    [Test]
    public void Create_ManyOfOthers_LeavesTheFewOfANetwork()
    {
        var sessions = new HttpSessions(_clock);
        var few = sessions.Create(s_here);

        for (var i = 0; i < HttpSessions.MaxUnproved * 2; i++)
        {
            sessions.Create(NetworkSource.Of(new IPAddress([192, 0, 2, (byte)(i % 100)])));
        }

        Assert.That(sessions.Find(few.Id), Is.SameAs(few));
        Assert.That(sessions.Count, Is.EqualTo(HttpSessions.MaxUnproved));
        _clock.Now += HttpSessions.Unproved + TimeSpan.FromSeconds(1);
        sessions.Create(s_here);
        Assert.That(sessions.Find(few.Id), Is.Null);
    }

    [Test]
    public void TryProve_ManyOfOneOwner_LeavesThoseOfOthers()
    {
        var sessions = new HttpSessions(_clock);
        var other = sessions.Create(s_here);
        Assert.That(sessions.TryProve(other, new HandleIdentity(new Reference("88.300.1/OTHER", 300), 2)));
        HttpSession? last = null;
        for (var i = 0; i < HttpSessions.MaxProved + 10; i++)
        {
            _clock.Now += TimeSpan.FromMilliseconds(1);
            last = sessions.Create(s_here);
            Assert.That(sessions.TryProve(last, s_owner), Is.True);
        }

        Assert.That(sessions.Find(other.Id), Is.SameAs(other));
        Assert.That(sessions.Find(last!.Id), Is.SameAs(last));
        Assert.That(sessions.Count, Is.EqualTo(HttpSessions.MaxProved));
    }

    [Test]
    public void Find_AfterItsTime_IsNull()
    {
        var sessions = new HttpSessions(_clock);
        var (unproved, idle, busy) = (sessions.Create(s_here), sessions.Create(s_here), sessions.Create(s_here));
        Assert.That(sessions.TryProve(idle, s_owner) && sessions.TryProve(busy, s_owner));

        _clock.Now += HttpSessions.Unproved + TimeSpan.FromSeconds(1);
        Assert.That(sessions.Find(unproved.Id), Is.Null);
        Assert.That(sessions.Find(idle.Id), Is.Not.Null);
        for (
            var used = TimeSpan.Zero;
            used < HttpSessions.Longest - TimeSpan.FromHours(1);
            used += HttpSessions.Idle / 2
        )
        {
            _clock.Now += HttpSessions.Idle / 2;
            Assert.That(sessions.Find(busy.Id), Is.Not.Null);
        }
        Assert.That(sessions.Find(idle.Id), Is.Null);
        _clock.Now += TimeSpan.FromMinutes(59);
        Assert.That(sessions.Find(busy.Id), Is.Null);
        Assert.That(sessions.Count, Is.Zero);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
