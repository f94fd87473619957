using IdResolution.Core.Access;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class RateLimiterTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(1000)]
    public void TryTake_OneSecondsWorth_ThenWaits(int perSecond)
    {
        var limiter = new RateLimiter(perSecond, _time);

        for (var i = 0; i < perSecond; i++)
        {
            Assert.That(limiter.TryTake(1, out _), Is.True, $"request {i + 1}");
        }
        Assert.That(limiter.TryTake(1, out var wait), Is.False);
        Assert.That(wait, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(TimeSpan.FromSeconds(1)));
        _time.Advance(wait);
        Assert.That(limiter.TryTake(1, out _), Is.True);
        Assert.That(limiter.TryTake(1, out _), Is.False);
    }

    [Test]
    public void TryTake_AfterAPause_HoldsNoMoreThanASecondsWorth()
    {
        var limiter = new RateLimiter(10, _time);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.That(Enumerable.Range(0, 100).Count(_ => limiter.TryTake(1, out var _)), Is.EqualTo(10));
    }

    [Test]
    public void TryTake_Batch_CostsItsItemsAndNeverMoreThanTheBucket()
    {
        var limiter = new RateLimiter(10, _time);

        Assert.Multiple(() =>
        {
            Assert.That(limiter.TryTake(4, out _), Is.True);
            Assert.That(limiter.TryTake(7, out _), Is.False);
            Assert.That(limiter.TryTake(6, out _), Is.True);
        });
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(limiter.TryTake(2_000, out _), Is.True);
        Assert.That(limiter.TryTake(1, out _), Is.False);
    }

    [TestCase(1)]
    [TestCase(3600)]
    [TestCase(86400 * 365)]
    public void TryTake_ClockSetBack_DoesNotLockOut(int seconds)
    {
        var limiter = new RateLimiter(2, _time);
        Assert.That(limiter.TryTake(2, out _), Is.True);
        _time.Advance(TimeSpan.FromSeconds(-seconds));

        limiter.TryTake(1, out var wait);
        Assert.That(wait, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(2)));
        _time.Advance(wait);
        Assert.That(limiter.TryTake(1, out _), Is.True);
    }

    [Test]
    public void TryTake_ManyThreads_GiveOutNoMoreThanThereIs()
    {
        var limiter = new RateLimiter(1000, _time);
        var taken = 0;

        Parallel.For(
            0,
            5000,
            _ =>
            {
                if (limiter.TryTake(1, out var _))
                {
                    Interlocked.Increment(ref taken);
                }
            }
        );

        Assert.That(taken, Is.EqualTo(1000));
    }
}
