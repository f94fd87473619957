using IdResolution.Core.ChangeLog;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Core.Statistics;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Statistics;

/// <summary>An entry that cannot be counted is named, so that its reader can go on without it.</summary>
[TestFixture]
public sealed class LogCounterTests
{
    private static readonly LogMove s_move = new(new Lease("statistics", "one", 1), "statistics", 6, 7);

    [TestCase("", 0)]
    [TestCase("01ffff", 0)]
    [TestCase("010000", long.MaxValue / 20)]
    public async Task HandleAsync_EntryThatCannotBeCounted_IsNamed(string state, long time)
    {
        using var node = await CoreFixture.CreateAsync();
        var counter = new LogCounter(node.Store.Statistics, new PlantClock(node.Time, TimeZoneInfo.Utc));
        var change = new Change
        {
            Sequence = 7,
            Body = new LogBody(LogKind.Record, LogOperation.Create, 1, 1, time, 0),
            Leaf = [],
            State = Convert.FromHexString(state),
            Key = default,
            Code = null,
        };

        var refused = await Assert.ThrowsAsync<UnreadableEntryException>(() =>
            counter.HandleAsync([change], s_move, default)
        );

        Assert.That(refused!.Sequence, Is.EqualTo(7));
        Assert.That(refused.Reason, Is.Not.Empty);
    }
}
