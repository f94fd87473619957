using System.Net;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Handle.Transport;
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
        var session = Create(store, 60);
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
        var session = Create(store, timeout);
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
        var (proved, unproved) = (Create(store), Create(store));
        proved.IsProved = true;
        _time.Advance(TimeSpan.FromMinutes(10) + s_second);

        Assert.That((store.Find(proved.Id), store.Find(unproved.Id)), Is.EqualTo((proved, (HandleSession?)null)));
    }

    [Test]
    public void Sessions_MoreThanThereMayBe_TakeThePlacesOfTheUnprovedThenOfTheLeastUsed()
    {
        var store = new SessionStore(_time);
        var proved = Create(store);
        proved.IsProved = true;
        _time.Advance(s_second);
        var oldest = Create(store);
        _time.Advance(s_second);
        var others = Enumerable.Range(0, Most - 2).Select(i => Create(store, source: Source(i))).ToList();

        var more = Create(store);

        Assert.That((store.Find(proved.Id), store.Find(oldest.Id)), Is.EqualTo((proved, (HandleSession?)null)));
        others.ForEach(session => session.IsProved = true);
        more.IsProved = true;
        _time.Advance(s_second);
        store.Use(proved);
        var another = Create(store);
        Assert.That((store.Find(proved.Id), store.Find(another.Id)), Is.EqualTo((proved, another)));
        Assert.That(others.Append(more).Count(session => store.Find(session.Id) is null), Is.EqualTo(1));

        // An owner with very many, however spelt, makes room before a newcomer without proof does.
        string[] spellings = ["88.300.1/greedy", "88.300.1/GREEDY"];
        for (var i = 0; i < others.Count; i++)
        {
            others[i].TryOwn(new HandleIdentity(new Reference(spellings[i % 2], 300), 0));
        }
        var newcomer = Create(store);
        _time.Advance(s_second);
        Create(store);
        Assert.That((store.Find(proved.Id), store.Find(newcomer.Id)), Is.EqualTo((proved, newcomer)));
    }

    [Test]
    public void Sessions_OfOneSourceThatNobodyUses_TakeEachOthersPlacesAlone()
    {
        const int OfSource = 256;
        var store = new SessionStore(_time);
        var others = Create(store, source: "192.0.2.2");
        var used = Create(store);
        store.Use(used);
        var first = Create(store);
        _time.Advance(s_second);

        var flood = Enumerable.Range(0, 5 * OfSource).Select(_ => Create(store)).ToList();

        Assert.That(store.Find(others.Id), Is.SameAs(others), "of another source");
        Assert.That(store.Find(used.Id), Is.SameAs(used), "signed with");
        Assert.That(store.Find(first.Id), Is.Null);
        Assert.That(flood.Count(session => store.Find(session.Id) is not null), Is.EqualTo(OfSource));
    }

    [Test]
    public void Sessions_SetUpOverUdpFromForgedSources_AreFewAndShort()
    {
        const int OverUdp = 1_000;
        var store = new SessionStore(_time);
        var overTcp = Create(store);
        var heard = Create(store, source: "192.0.2.2", transport: PeerTransport.Udp);
        store.Use(heard);

        var flood = Enumerable
            .Range(0, 3 * OverUdp)
            .Select(i => Create(store, source: Source(i), transport: PeerTransport.Udp))
            .ToList();

        Assert.That(flood.Count(session => store.Find(session.Id) is not null), Is.EqualTo(OverUdp));
        _time.Advance(TimeSpan.FromMinutes(1) + s_second);
        Assert.That(flood.Count(session => store.Find(session.Id) is not null), Is.Zero);
        Assert.That((store.Find(overTcp.Id), store.Find(heard.Id)), Is.EqualTo((overTcp, heard)));
    }

    private static string Source(int i) => $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}";

    private static HandleSession Create(
        SessionStore store,
        int timeout = 3_600,
        string source = "192.0.2.1",
        PeerTransport transport = PeerTransport.Tcp
    ) => store.Create(timeout, ProtocolVersion.Current, new HandlePeer(transport, IPAddress.Parse(source)));
}
