using System.Text;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Tests.Identifiers;

[TestFixture]
public sealed class LookupKeyTests
{
    [TestCase("abcXYZ-019@[`{", "ABCXYZ-019@[`{")]
    [TestCase("éàßſıµ", "éàßſıµ")]
    [TestCase("Straße/电堆", "STRAßE/电堆")]
    public void Of_Text_FoldsAsciiLettersAlone(string text, string folded) =>
        Assert.That(LookupKey.Of(text).Bytes, Is.EqualTo(Encoding.UTF8.GetBytes(folded)));

    [Test]
    public void Fold_AnyText_ChangesLettersOnlyAndTwiceIsOnce() =>
        Properties.ForAll(
            Properties.Text,
            text =>
            {
                var before = Encoding.UTF8.GetBytes(text);
                var key = LookupKey.Of(text);
                var again = key.Bytes.ToArray();
                LookupKey.Fold(again);
                for (var i = 0; i < before.Length; i++)
                {
                    var expected = before[i] is >= 0x61 and <= 0x7A ? before[i] - 0x20 : before[i];
                    Assert.That(key.Bytes[i], Is.EqualTo(expected));
                }
                Assert.That(again, Is.EqualTo(key.Bytes));
            }
        );

    [Test]
    public void Equality_IsOfBytes()
    {
        var one = LookupKey.Of("88/a");
        var other = new LookupKey("88/A"u8.ToArray());

        Assert.Multiple(() =>
        {
            Assert.That(one == other, Is.True);
            Assert.That(one != LookupKey.Of("88/b"), Is.True);
            Assert.That(one.Equals((object)other), Is.True);
            Assert.That(one.Equals("88/A"), Is.False);
            Assert.That(one.GetHashCode(), Is.EqualTo(LookupKey.HashOf("88/A"u8)));
            Assert.That(default(LookupKey), Is.EqualTo(new LookupKey([])));
            Assert.That(one.ToString(), Is.EqualTo("88/A"));
        });
    }
}
