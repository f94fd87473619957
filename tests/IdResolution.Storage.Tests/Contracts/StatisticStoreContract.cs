using IdResolution.Core.ChangeLog;
using IdResolution.Core.Leases;
using IdResolution.Core.Statistics;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every statistic store does.</summary>
public abstract class StatisticStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private static readonly DateOnly s_day = new(2026, 3, 1);

    [Test]
    public async Task AddAsync_SameKeyAgain_AddsUp()
    {
        await Ports
            .Statistics.AddAsync([Count("mea", 2), Count("mea", 3), Count("", 1)], CancellationToken.None)
            .Soon();
        await Ports.Statistics.AddAsync([Count("mea", 10)], CancellationToken.None).Soon();

        Assert.That(
            await Ports.Statistics.ReadAsync(s_day, s_day, CancellationToken.None),
            Is.EquivalentTo(new[] { Count("", 1), Count("mea", 15) })
        );
    }

    [Test]
    public async Task AddAsync_OtherPrefix_IsAnotherCount()
    {
        var one = Count("mea", 2);
        var other = one with { Key = one.Key with { Prefix = "88.300.2" } };

        await Ports.Statistics.AddAsync([one, other, other], CancellationToken.None).Soon();

        Assert.That(
            await Ports.Statistics.ReadAsync(s_day, s_day, CancellationToken.None),
            Is.EquivalentTo(new[] { one, other with { Count = 4 } })
        );
    }

    [Test]
    public async Task SetAsync_SameKeyAgain_HasTheLastCount()
    {
        await Ports.Statistics.SetAsync([], CancellationToken.None).Soon();
        await Ports.Statistics.SetAsync([Count("mea", 5), Count("", 1)], CancellationToken.None).Soon();
        await Ports.Statistics.SetAsync([Count("mea", 3)], CancellationToken.None).Soon();

        Assert.That(
            await Ports.Statistics.ReadAsync(s_day, s_day, CancellationToken.None),
            Is.EquivalentTo(new[] { Count("", 1), Count("mea", 3) })
        );
    }

    [Test]
    public async Task ReadAsync_Days_IncludeBothEnds()
    {
        await Ports
            .Statistics.AddAsync(
                [.. Enumerable.Range(0, 5).Select(i => Count("mea", i + 1, s_day.AddDays(i)))],
                CancellationToken.None
            )
            .Soon();

        var counts = await Ports.Statistics.ReadAsync(s_day.AddDays(1), s_day.AddDays(3), CancellationToken.None);

        Assert.That(
            counts.Select(c => (c.Key.Day, c.Count)),
            Is.EqualTo(new[] { (s_day.AddDays(1), 2L), (s_day.AddDays(2), 3L), (s_day.AddDays(3), 4L) })
        );
    }

    [Test]
    public async Task AddFromLogAsync_CursorMovedByAnother_AddsNothing()
    {
        Assert.That(await Ports.Readers.CursorAsync(LogCounter.ReaderName, CancellationToken.None), Is.Zero);

        var lease = await HoldAsync(Ports);
        var first = await Ports
            .Statistics.AddFromLogAsync(Move(lease, 0, 5), [Count("mea", 5)], CancellationToken.None)
            .Soon();
        var late = await Ports
            .Statistics.AddFromLogAsync(Move(lease, 0, 5), [Count("mea", 5)], CancellationToken.None)
            .Soon();

        Assert.That((first, late), Is.EqualTo((true, false)));
        Assert.That(await Ports.Readers.CursorAsync(LogCounter.ReaderName, CancellationToken.None), Is.EqualTo(5));
        Assert.That(
            await Ports.Statistics.ReadAsync(s_day, s_day, CancellationToken.None),
            Is.EqualTo(new[] { Count("mea", 5) })
        );
    }

    [Test]
    public async Task AddFromLogAsync_NothingToAdd_MovesTheCursor()
    {
        var lease = await HoldAsync(Ports);

        Assert.That(
            await Ports.Statistics.AddFromLogAsync(Move(lease, 0, 5), [], CancellationToken.None).Soon(),
            Is.True
        );
        Assert.That(
            await Ports.Statistics.AddFromLogAsync(Move(lease, 0, 5), [], CancellationToken.None).Soon(),
            Is.False,
            "it is there already"
        );
        Assert.That(await Ports.Readers.CursorAsync(LogCounter.ReaderName, CancellationToken.None), Is.EqualTo(5));
    }

    [Test]
    public async Task AddFromLogAsync_LeaseTakenOver_AddsNothing()
    {
        var old = await HoldAsync(Ports, "one");
        await Ports.Leases.ReleaseAsync(old, CancellationToken.None).Soon();
        var current = await HoldAsync(OpenAgain(), "two");

        Assert.That(
            await Ports.Statistics.AddFromLogAsync(Move(old, 0, 5), [Count("mea", 5)], CancellationToken.None).Soon(),
            Is.False
        );
        Assert.That(await Ports.Readers.CursorAsync(LogCounter.ReaderName, CancellationToken.None), Is.Zero);
        Assert.That(
            await Ports
                .Statistics.AddFromLogAsync(Move(current, 0, 5), [Count("mea", 5)], CancellationToken.None)
                .Soon(),
            Is.True
        );
        Assert.That(
            await Ports.Statistics.ReadAsync(s_day, s_day, CancellationToken.None),
            Is.EqualTo(new[] { Count("mea", 5) })
        );
    }

    [Test]
    public async Task AddFromLogAsync_TwoNodesAtOnce_CountEachEntryOnce()
    {
        var other = OpenAgain();

        await Task.WhenAll(
                new[] { Ports, other }.Select(ports =>
                    Task.Run(async () =>
                    {
                        var lease = await HoldAsync(ports);
                        long cursor;
                        while (
                            (cursor = await ports.Readers.CursorAsync(LogCounter.ReaderName, CancellationToken.None))
                            < 100
                        )
                        {
                            await ports.Statistics.AddFromLogAsync(
                                Move(lease, cursor, cursor + 1),
                                [Count("mea", 1)],
                                CancellationToken.None
                            );
                        }
                    })
                )
            )
            .Soon();

        Assert.That(
            await Ports.Statistics.ReadAsync(s_day, s_day, CancellationToken.None),
            Is.EqualTo(new[] { Count("mea", 100) })
        );
    }

    private static async Task<Lease> HoldAsync(Ports ports, string holder = "one") =>
        (
            await ports
                .Leases.TakeAsync(LogCounter.ReaderName, holder, TimeSpan.FromMinutes(1), CancellationToken.None)
                .Soon()
        )!;

    private static LogMove Move(Lease lease, long from, long to) => new(lease, LogCounter.ReaderName, from, to);

    private static Statistic Count(string template, long count, DateOnly? day = null) =>
        new(new StatisticKey(day ?? s_day, template, "mes", "register", "88.300.1"), count);
}
