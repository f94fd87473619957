using System.Net;
using IdResolution.Core.Access;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Access;

/// <summary>What one network may hold, use and guess, beside others.</summary>
[TestFixture]
public sealed class SourceBudgetTests
{
    private static readonly NetworkSource s_one = NetworkSource.Of(IPAddress.Parse("192.0.2.1"));
    private static readonly NetworkSource s_other = NetworkSource.Of(IPAddress.Parse("192.0.2.2"));

    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch.AddYears(60));

    [Test]
    public void Shares_OfOneNetwork_LeaveRoomForOthers()
    {
        var shares = new SourceShares(10, 4);

        Assert.That(Enumerable.Range(0, 10).Count(_ => shares.TryTake(s_one)), Is.EqualTo(4));
        Assert.That(shares.TryTake(s_other, 4), Is.True);
        Assert.That(shares.TryTake(default, 3), Is.False, "more than is left in all");
        Assert.That(shares.Held, Is.EqualTo(8), "what is refused takes nothing");
        shares.Return(s_one, 3);
        Assert.That(shares.TryTake(s_one, 3), Is.True);
    }

    [Test]
    public void Shares_TakenAndReturnedAtOnce_EndAtNothing()
    {
        var shares = new SourceShares(1_000, 1_000);
        Parallel.For(
            0,
            10_000,
            i =>
            {
                var source = i % 2 == 0 ? s_one : s_other;
                if (shares.TryTake(source, 3))
                {
                    shares.Return(source, 3);
                }
            }
        );

        Assert.That(shares.Held, Is.Zero);
        Assert.That(shares.TryTake(s_one, 1_000), Is.True);
    }

    [Test]
    public void Rates_OfOneNetwork_FlowBackAndLeaveOthersAlone()
    {
        var rates = new SourceRates(_time, burst: 20, perSecond: 2);

        Assert.That(Enumerable.Range(0, 100).Count(_ => rates.TryTake(s_one, 1, out TimeSpan _)), Is.EqualTo(20));
        Assert.That(rates.TryTake(s_one, 1, out var wait), Is.False);
        Assert.That(wait, Is.EqualTo(TimeSpan.FromMilliseconds(500)));
        Assert.That(rates.TryTake(s_other, 20, out _), Is.True);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.That(Enumerable.Range(0, 100).Count(_ => rates.TryTake(s_one, 1, out TimeSpan _)), Is.EqualTo(6));
    }

    [Test]
    public void Guesses_OfOneNetwork_AreFreeAFewTimesAndThenWaitLongerAndLonger()
    {
        var delays = new GuessDelays(_time);
        var tried = 0;
        var waits = new List<TimeSpan>();
        while (waits.Count < 12)
        {
            if (delays.TryBegin(s_one, "300:88.1/ADMIN", out var wait))
            {
                tried++;
            }
            else
            {
                waits.Add(wait);
                _time.Advance(wait);
            }
        }

        Assert.That(tried, Is.GreaterThanOrEqualTo(GuessDelays.UsuallyFree));
        Assert.That(waits, Is.Ordered, "each longer than the one before, up to the longest");
        Assert.That(waits[^1], Is.EqualTo(GuessDelays.LongestOfSource));
        Assert.That(delays.TryBegin(s_one, "301:88.1/ANOTHER", out _), Is.True);
        Assert.That(delays.TryBegin(s_one, "302:88.1/ANOTHER", out _), Is.False, "another secret is no way around it");
    }

    [Test]
    public void Guesses_OfAnAttacker_DelayNobodyWhoWasNeverWrong()
    {
        var delays = new GuessDelays(_time);
        for (var i = 0; i < 40; i++)
        {
            delays.TryBegin(NetworkSource.Of(new IPAddress(i)), "300:88.1/ADMIN", out _);
        }

        // Networks share slots by a hash of this process: one of many may have that of an attacker.
        var free = Enumerable
            .Range(0, 50)
            .Select(i => NetworkSource.Of(new IPAddress([10, 1, 1, (byte)i])))
            .Where(innocent => delays.TryBegin(innocent, "300:88.1/ADMIN", out _))
            .ToList();
        Assert.That(free, Has.Count.GreaterThan(45));
        delays.TakeBack(free[0], "300:88.1/ADMIN");
        Assert.That(delays.TryBegin(free[0], "300:88.1/ADMIN", out _), Is.True, "a right one counts for nothing");
        Assert.That(delays.TryBegin(free[0], "300:88.1/ADMIN", out var wait), Is.False, "now it was wrong once");
        Assert.That(wait, Is.LessThanOrEqualTo(GuessDelays.LongestOfSecret));
    }

    [Test]
    public void Guesses_ManyAtOnce_AreNoWayAroundTheDelay()
    {
        var delays = new GuessDelays(_time);
        var begun = 0;
        Parallel.For(
            0,
            1_000,
            _ =>
            {
                if (delays.TryBegin(s_one, "300:88.1/ADMIN", out TimeSpan _))
                {
                    Interlocked.Increment(ref begun);
                }
            }
        );

        Assert.That(begun, Is.EqualTo(GuessDelays.UsuallyFree));
    }

    [Test]
    public void Guesses_AfterQuietTime_AreForgotten()
    {
        var delays = new GuessDelays(_time);
        while (delays.TryBegin(s_one, "300:88.1/ADMIN", out _)) { }
        _time.Advance(GuessDelays.Forgotten * 60);

        Assert.That(
            Enumerable.Range(0, 100).Count(_ => delays.TryBegin(s_one, "300:88.1/ADMIN", out TimeSpan _)),
            Is.EqualTo(GuessDelays.UsuallyFree)
        );
    }
}
