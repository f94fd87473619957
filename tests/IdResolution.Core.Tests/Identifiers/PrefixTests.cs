using System.Text.RegularExpressions;
using FsCheck.Fluent;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Tests.Identifiers;

[TestFixture]
public sealed partial class PrefixTests
{
    [TestCase(null, false)]
    [TestCase("", false)]
    [TestCase("8", true)]
    [TestCase("88.300.15907541011", true)]
    [TestCase("0.NA", true)]
    [TestCase("10.a1.B", true)]
    [TestCase("A.1", false)]
    [TestCase("1a", false)]
    [TestCase("1.", false)]
    [TestCase(".1", false)]
    [TestCase("1..2", false)]
    [TestCase("1/2", false)]
    [TestCase("1.2\n", false)]
    [TestCase("1.é", false)]
    [TestCase("１", false)]
    public void TryParse_Table(string? text, bool valid) =>
        Assert.That(Prefix.TryParse(text, out _), Is.EqualTo(valid));

    [Test]
    public void TryParse_Longest_IsTwoHundredCharacters() =>
        Assert.Multiple(() =>
        {
            Assert.That(Prefix.TryParse(new string('1', 200), out _), Is.True);
            Assert.That(Prefix.TryParse(new string('1', 201), out _), Is.False);
        });

    [TestCase("88.300.1", true)]
    [TestCase("88.300.1.2", true)]
    [TestCase("88.300.1.a.B", true)]
    [TestCase("88.300.12", false)]
    [TestCase("88.300.1a", false)]
    [TestCase("88.300", false)]
    [TestCase("88.300.2", false)]
    [TestCase("0.NA", false)]
    public void Covers_Prefix_IfItIsTheSameOrExtendsIt(string other, bool covered)
    {
        Assert.That(Prefix.TryParse("88.300.1", out var prefix), Is.True);

        Assert.Multiple(() =>
        {
            Assert.That(prefix!.Covers(other), Is.EqualTo(covered));
            Assert.That(prefix.Covers(LookupKey.Of(other + "/x.y/z").Bytes), Is.EqualTo(covered));
        });
    }

    [Test]
    public void Covers_LettersOfEitherCase_AreTheSame()
    {
        Assert.That(Prefix.TryParse("88.Ab", out var prefix), Is.True);

        Assert.Multiple(() =>
        {
            Assert.That(prefix!.Covers("88.aB.1"), Is.True);
            Assert.That(prefix.Covers(LookupKey.Of("88.aB/x").Bytes), Is.True);
            Assert.That(prefix.Covers(LookupKey.Of("88.ac/x").Bytes), Is.False);
            Assert.That(prefix.Covers([]), Is.False);
        });
    }

    [Test]
    public void CoveredKeys_AnyKeys_LieBetweenTheBoundsExactlyIfCovered() =>
        Properties.ForAll(
            Gen.Elements('0', '7', '.', '/', '-', 'a', 'Z').ArrayOf().Select(c => new string(c)),
            tail =>
            {
                Assert.That(Prefix.TryParse("88.7", out var prefix), Is.True);
                var key = LookupKey.Of("88.7" + tail).Bytes.AsSpan();
                var (from, before) = prefix!.CoveredKeys;
                return prefix.Covers(key)
                    == (key.SequenceCompareTo(from.Bytes) >= 0 && key.SequenceCompareTo(before.Bytes) < 0);
            }
        );

    [Test]
    public void TryParse_AnyText_AgreesWithTheGrammar() =>
        Properties.ForAll(
            Gen.OneOf(Properties.Text, Gen.Elements('0', '8', '.', 'a', 'Z').ArrayOf().Select(c => new string(c))),
            text => Prefix.IsValid(text) == (text.Length <= 200 && Grammar().IsMatch(text))
        );

    [Test]
    public void Equals_OtherCase_IsTheSamePrefix()
    {
        var parsed = Prefix.TryParse("10.ab", out var lower) & Prefix.TryParse("10.AB", out var upper);

        Assert.That(parsed, Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(lower, Is.EqualTo(upper));
            Assert.That(lower!.GetHashCode(), Is.EqualTo(upper!.GetHashCode()));
            Assert.That(lower.Text, Is.EqualTo("10.ab"));
            Assert.That(lower.ToString(), Is.EqualTo("10.ab"));
        });
    }

    [GeneratedRegex(@"\A[0-9]+(\.[A-Za-z0-9]+)*\z")]
    private static partial Regex Grammar();
}
