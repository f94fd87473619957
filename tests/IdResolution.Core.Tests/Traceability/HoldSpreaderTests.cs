using IdResolution.Core.Traceability;

namespace IdResolution.Core.Tests.Traceability;

/// <summary>What asks for holds to go on; how they go is in the contract of the event store.</summary>
[TestFixture]
public sealed class HoldSpreaderTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly GraphStore _store = new();

    [Test]
    public async Task ResumeAsync_OneHoldFails_OthersGoOnAndTheFailureIsTold()
    {
        var tried = new List<long>();
        _store.Spreading = [1, 2];
        _store.OnFindSpread = hold =>
        {
            tried.Add(hold);
            return hold == 1 ? throw new IOException("unreadable") : null;
        };

        await Assert.ThrowsAsync<IOException>(() => new HoldSpreader(_store).ResumeAsync(CancellationToken.None));

        Assert.That(tried, Is.EqualTo(new[] { 1L, 2L }));
    }

    [Test]
    public async Task WaitAsync_AskedBeforeAndMeanwhile_EndsEachTime()
    {
        var spreader = new HoldSpreader(_store);

        spreader.Ask();
        await WaitAsync(spreader).WaitAsync(s_patience);
        var waiting = WaitAsync(spreader);
        Assert.That(waiting.IsCompleted, Is.False);
        spreader.Ask();

        await waiting.WaitAsync(s_patience);
    }

    [Test]
    public async Task WaitAsync_NotAsked_EndsByTheTime() =>
        await new HoldSpreader(_store)
            .WaitAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None)
            .WaitAsync(s_patience);

    private static Task WaitAsync(HoldSpreader spreader) =>
        spreader.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
}
