using IdResolution.Server.Caching;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Caching;

[TestFixture]
public sealed class BeliefTests
{
    private static readonly TimeSpan Window = HeadHistory.Window;

    private SlidingTime _time = null!;
    private FreshnessLease _belief = null!;
    private HeadHistory _heads = null!;

    [SetUp]
    public void Begin()
    {
        _time = new SlidingTime();
        _belief = new FreshnessLease(_time);
        _heads = new HeadHistory(_time);
    }

    [Test]
    public void Cursor_NeverSeen_IsNotBelieved() => Assert.That(_belief.Current, Is.Null);

    [Test]
    public void Cursor_AtOrPastTheHeadASecondAgo_IsBelievedForASecond()
    {
        See(7, needed: 7);
        Assert.That(_belief.Current, Is.Not.Null);

        _time.Advance(Window / 2);
        Assert.That(_belief.Current, Is.Not.Null);
        _time.Advance(Window / 2);
        Assert.That(_belief.Current, Is.Null);
    }

    [Test]
    public void Cursor_Older_EndsBeliefAtOnce()
    {
        See(7, needed: 7);

        See(6, needed: 7);

        Assert.That(_belief.Current, Is.Null);
    }

    [Test]
    public void AnswerThatTookLong_IsBelievedFromWhenItWasAskedFor()
    {
        var askedAt = _time.GetTimestamp();
        _time.Advance(Window);

        _belief.See(new RedisCursor(1, 1, 0, 7), 7, askedAt, 0, 0);

        Assert.That(_belief.Current, Is.Null);
    }

    [TestCase(3, 7, 7)]
    [TestCase(8, 7, 8)]
    public void Load_ToBePut_IsNoOlderThanStartAndNeeded(long start, long needed, long least)
    {
        See(9, needed, start);

        Assert.That(_belief.Current!.Least, Is.EqualTo(least));
    }

    [Test]
    public void Heads_AfterAGap_AreThoseOfNow()
    {
        _heads.Note(10);
        _time.Advance(Window * 3);

        _heads.Note(30);

        Assert.That(_heads.SecondAgo, Is.EqualTo(30));
    }

    [Test]
    public void Heads_SecondAgo_IsThatOfASecondBefore()
    {
        _heads.Note(10);
        Assert.That(_heads.SecondAgo, Is.EqualTo(10), "The first one known, while there is none a second old.");
        for (var head = 11; head <= 20; head++)
        {
            _time.Advance(Window / 5);
            _heads.Note(head);
        }
        // The clock goes on besides: the one noted a second ago, or the next.
        Assert.That(_heads.SecondAgo, Is.AnyOf(15, 16));
        _time.Advance(Window * 5);
        _heads.Note(20);
        Assert.That(_heads.SecondAgo, Is.EqualTo(20));
    }

    private void See(long sequence, long needed, long start = 0) =>
        _belief.See(new RedisCursor(1, 1, start, sequence), needed, _time.GetTimestamp(), 0, 0);
}
