using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Handle;

/// <summary>How long sessions live, and how many there may be.</summary>
[TestFixture]
internal sealed class SessionStoreTests
{
    private const int Most = 10_000;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly SlidingTime _time = new();

    [Test]
    public void Session_IdleForLongerThanAsked_IsOver()
    {
        var store = new SessionStore(_time);
        var session = store.Create(60, ProtocolVersion.Current)!;
        _time.Advance(TimeSpan.FromSeconds(50));
        store.Use(session);
        _time.Advance(TimeSpan.FromSeconds(50));

        Assert.That(store.Find(session.Id), Is.SameAs(session), "used since");
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.That(store.Find(session.Id), Is.Null);
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(int.MaxValue)]
    public void Session_HoweverLongAsked_LivesForADay(int timeout)
    {
        var store = new SessionStore(_time);
        var session = store.Create(timeout, ProtocolVersion.Current)!;
        session.IsProved = true;
        for (var hour = 0; hour < 24; hour++)
        {
            Assert.That(store.Find(session.Id), Is.SameAs(session), $"hour {hour}");
            store.Use(session);
            _time.Advance(TimeSpan.FromHours(1));
        }
        _time.Advance(s_second);

        Assert.That(store.Find(session.Id), Is.Null);
    }

    [Test]
    public void Session_ThatNobodyProves_IsOverAfterTenMinutes()
    {
        var store = new SessionStore(_time);
        var (proved, unproved) = (
            store.Create(3_600, ProtocolVersion.Current)!,
            store.Create(3_600, ProtocolVersion.Current)!
        );
        proved.IsProved = true;
        _time.Advance(TimeSpan.FromMinutes(10) + s_second);

        Assert.That((store.Find(proved.Id), store.Find(unproved.Id)), Is.EqualTo((proved, (HandleSession?)null)));
    }

    [Test]
    public void Sessions_MoreThanThereMayBe_TakeThePlacesOfTheUnproved()
    {
        var store = new SessionStore(_time);
        var proved = store.Create(3_600, ProtocolVersion.Current)!;
        proved.IsProved = true;
        _time.Advance(s_second);
        var oldest = store.Create(3_600, ProtocolVersion.Current)!;
        _time.Advance(s_second);
        var others = Enumerable.Range(0, Most - 2).Select(_ => store.Create(3_600, ProtocolVersion.Current)!).ToList();

        var more = store.Create(3_600, ProtocolVersion.Current);

        Assert.That(more, Is.Not.Null);
        Assert.That((store.Find(proved.Id), store.Find(oldest.Id)), Is.EqualTo((proved, (HandleSession?)null)));
        others.ForEach(session => session.IsProved = true);
        more!.IsProved = true;
        Assert.That(store.Create(3_600, ProtocolVersion.Current), Is.Null, "all are somebody's");
        store.End(more);
        Assert.That(store.Create(3_600, ProtocolVersion.Current), Is.Not.Null);
    }
}
