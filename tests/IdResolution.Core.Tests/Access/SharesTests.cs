using IdResolution.Core.Access;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class SharesTests
{
    [Test]
    public void IsFull_TwoWhoHoldAll_DoNotHaveTheOthersRefused()
    {
        var shares = new Shares<string>(most: 100, mostEach: 50);
        shares.Take("one", 60);
        shares.Take("two", 45);
        shares.Take("line", 5);

        Assert.That(shares.IsFull("one"), "over its own share");
        Assert.That(shares.IsFull("two"), "holds an equal part of what is full");
        Assert.That(shares.IsFull("line"), Is.False);
        Assert.That(shares.IsFull("admin"), Is.False);
        shares.Return("one", 60);
        Assert.That(shares.IsFull("two"), Is.False);
    }

    [Test]
    public void TryTake_MoreThanAllMayHold_TakesNothing()
    {
        var shares = new Shares<int>(most: 10, mostEach: 6);

        Assert.That(
            (shares.TryTake(1, 6), shares.TryTake(1), shares.TryTake(2, 5), shares.Held),
            Is.EqualTo((true, false, false, 6L))
        );
    }
}
