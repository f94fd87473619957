using IdResolution.Core.Analysis;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Tests.Analysis;

[TestFixture]
[CancelAfter(30_000)]
public sealed class CausePlacesTests
{
    [Test]
    public async Task Enter_MoreThanAKeyMay_IsRefusedAtOnceWhileOthersWait(CancellationToken stop)
    {
        using var places = new CausePlaces(Timeout.InfiniteTimeSpan);
        var first = await places.EnterAsync(1, stop);
        var second = await places.EnterAsync(1, stop);
        var other = places.EnterAsync(2, stop).AsTask();

        var third = await places.EnterAsync(1, stop);

        Assert.That((first.IsOk, second.IsOk, other.IsCompleted), Is.EqualTo((true, true, false)));
        Assert.That(third.Error?.Code, Is.EqualTo(ErrorCode.TooMany));
        Assert.That(third.Error?.RetryAfter, Is.Not.Null);
        first.Value.Dispose();
        Assert.That((await other.WaitAsync(stop)).IsOk, Is.True);
    }

    [Test]
    public async Task Enter_NoPlaceInTime_IsRefusedAndGivesItsShareBack(CancellationToken stop)
    {
        using var places = new CausePlaces(TimeSpan.FromMilliseconds(1));
        var running = await places.EnterAsync(1, stop);
        await places.EnterAsync(2, stop);

        var waited = await places.EnterAsync(1, stop);

        Assert.That(waited.Error?.Code, Is.EqualTo(ErrorCode.Unavailable));
        running.Value.Dispose();
        var again = await places.EnterAsync(1, stop);
        Assert.That(again.IsOk, Is.True);
        again.Value.Dispose();
        Assert.That((await places.EnterAsync(1, stop)).IsOk, Is.True);
    }
}
