using IdResolution.Core.Coherence;
using IdResolution.Core.Events;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Coherence;

/// <summary>The tail goes past events without reading the catalog again.</summary>
[TestFixture]
public sealed class LogFollowerTests
{
    private CoreFixture _node = null!;
    private LogFollower _tail = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _node = await CoreFixture.CreateAsync();
        var cache = new NoCache(new InvalidationWatermarks(InvalidationWatermarks.Few));
        _tail = new LogFollower(_node.Store.Log, cache, _node.Catalog, new LogGuard(), _node.Time);
        await _tail.StartAsync(default);
    }

    [TearDown]
    public void Stop()
    {
        _tail.Dispose();
        _node.Dispose();
    }

    [Test]
    public async Task CatchUpAsync_EventsOfAnotherProcess_AreAppliedAndTheCatalogIsKept()
    {
        var before = _node.Catalog.Current;
        var made = await WriteEventAsync();

        await _tail.CatchUpAsync(default);

        Assert.That(_tail.Applied, Is.EqualTo(made.Sequence));
        Assert.That(_node.Catalog.Current, Is.SameAs(before));
    }

    [Test]
    public async Task Committed_EventOfThisProcess_IsApplied()
    {
        _node.Store.OnCommitted(_tail.Committed);

        var made = await WriteEventAsync();

        Assert.That(_tail.Applied, Is.EqualTo(made.Sequence));
    }

    private async Task<EventWriteResult> WriteEventAsync() =>
        (
            await _node.Store.Events.WriteAsync(
                [EventWrites.Event("e1", EventType.Observe, 0, EventWrites.Member(MemberRole.Item, "88.300.1/a"))],
                default
            )
        )[0];
}
