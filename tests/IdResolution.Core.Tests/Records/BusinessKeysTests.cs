using System.Text;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Tests.Records;

[TestFixture]
public sealed class BusinessKeysTests
{
    [TestCase("key1", "KEY1")]
    [TestCase("Key1 ", "KEY1")]
    [TestCase("\tKey1\u00a0", "KEY1", Description = "blanks of every kind")]
    [TestCase("Ｋｅｙ１", "KEY1", Description = "full width")]
    [TestCase("\u3000key\u30001\u3000", "KEY 1", Description = "the ideographic space")]
    [TestCase("ke\u0301", "K\u00c9", Description = "composed")]
    [TestCase("来源－１", "来源-1")]
    public void Fold_WaysToWriteAKey_AreOne(string key, string folded) =>
        Assert.That(BusinessKeys.Fold(key, caseSensitive: false), Is.EqualTo(folded));

    [TestCase("key1", "key1")]
    [TestCase(" Ｋｅｙ１ ", "Key1")]
    public void Fold_OfACaseSensitiveSource_KeepsCase(string key, string folded) =>
        Assert.That(BusinessKeys.Fold(key, caseSensitive: true), Is.EqualTo(folded));

    [Test]
    public void Fold_OnceMore_ChangesNothing() =>
        Properties.ForAll(
            Properties.Text,
            text =>
            {
                var key = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
                var folded = BusinessKeys.Fold(key, caseSensitive: false);
                Assert.That(BusinessKeys.Fold(folded, caseSensitive: false), Is.EqualTo(folded));
                Assert.That(BusinessKeys.Fold(key, caseSensitive: true).ToUpperInvariant(), Is.EqualTo(folded));
            }
        );

    [Test]
    public void Fold_EveryCharacter_FitsItsColumnAndStaysAsItIs()
    {
        var most = BusinessKeys.Table.Columns[1].MaxLength;
        for (var code = 0; code < 0x110000; code++)
        {
            if (!Rune.IsValid(code))
            {
                continue;
            }
            var one = new Rune(code);
            var key = string.Concat(Enumerable.Repeat(one.ToString(), 255 / one.Utf8SequenceLength));
            var folded = BusinessKeys.Fold(key, caseSensitive: false);
            Assert.That(Encoding.UTF8.GetByteCount(folded), Is.LessThanOrEqualTo(most), $"U+{code:X4}");
            Assert.That(BusinessKeys.Fold(folded, caseSensitive: false), Is.EqualTo(folded), $"U+{code:X4}");
        }
    }

    [Test]
    public void ErasedRow_SameKey_IsTheSameAndHoldsNoText()
    {
        var secrets = new NodeSecrets(new byte[NodeSecrets.KeyLength]);
        var row = BusinessKeys.ErasedRow(7, "KEY1", secrets);

        Assert.That(row.Values[1].Bytes, Is.EqualTo(BusinessKeys.ErasedRow(7, "KEY1", secrets).Values[1].Bytes));
        Assert.That(row.Values[1].Bytes, Is.Not.EqualTo(BusinessKeys.ErasedRow(7, "KEY2", secrets).Values[1].Bytes));
        Assert.That((row.Values[3].Text, row.Values[1].Bytes.Length), Is.EqualTo(("", 32)));
    }
}
