using IdResolution.HandleProtocol.Client;

namespace IdResolution.HandleProtocol.Tests.Client;

[TestFixture]
public sealed class AnswerCacheTests
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.UnixEpoch;

    [TestCase(2, 100, Description = "too many")]
    [TestCase(9, 20, Description = "too heavy")]
    public void Keep_Overfull_ForgetsWhatHasExpiredBeforeWhatIsOldest(int entries, long bytes)
    {
        var time = new Clock();
        var cache = new AnswerCache<string, int>(entries, bytes, time);
        cache.Keep("old", 1, s_start.AddSeconds(60), 10);
        cache.Keep("expired", 2, s_start.AddSeconds(1), 10);
        time.Now = s_start.AddSeconds(1);

        cache.Keep("new", 3, s_start.AddSeconds(60), 10);
        Assert.That(Kept(cache), Is.EqualTo(["old", "new"]));

        cache.Keep("newest", 4, s_start.AddSeconds(60), 10);
        Assert.That(Kept(cache), Is.EqualTo(["new", "newest"]));
    }

    [Test]
    public void Keep_WhatIsOverOrTooHeavyOrNotToBeKept_IsNothing()
    {
        var cache = new AnswerCache<string, int>(1, 10, new Clock());
        var none = new AnswerCache<string, int>(0, 10, new Clock());

        cache.Keep("old", 1, s_start, 1);
        cache.Keep("new", 2, s_start.AddSeconds(1), 11);
        none.Keep("newest", 3, s_start.AddSeconds(1), 1);

        Assert.That(Kept(cache).Concat(Kept(none)), Is.Empty);
    }

    private static IEnumerable<string> Kept(AnswerCache<string, int> cache) =>
        new[] { "old", "expired", "new", "newest" }.Where(key => cache.TryFind(key, out _));

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = s_start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
