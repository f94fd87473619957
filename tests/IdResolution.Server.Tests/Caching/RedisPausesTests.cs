using IdResolution.Server.Caching;

namespace IdResolution.Server.Tests.Caching;

/// <summary>How long Redis is left alone after failures.</summary>
[TestFixture]
public sealed class RedisPausesTests
{
    [Test]
    public async Task Failures_OneAfterTheOther_AreFarAndFartherApart_UpToTwoSeconds()
    {
        var time = new HastyTime();
        // So many that doubling would go beyond all numbers.
        var failures = 1_100;

        await RedisLogReader
            .Pauses(time)
            .ExecuteAsync(_ =>
                failures-- > 0
                    ? throw new OperationCanceledException("Such as a read that waited too long.")
                    : ValueTask.CompletedTask
            );

        Assert.That(time.Waited.Take(5), Is.EqualTo([250, 500, 1_000, 2_000, 2_000]));
        Assert.That(time.Waited, Has.Count.EqualTo(1_100));
        Assert.That(time.Waited.Skip(5), Is.All.EqualTo(2_000));
    }

    /// <summary>Notes what is waited for, and lets it be over at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public List<double> Waited { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited.Add(dueTime.TotalMilliseconds);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return TimeProvider.System.CreateTimer(
                static _ => { },
                null,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
        }
    }
}
