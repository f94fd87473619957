using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Tests.Templates;

[TestFixture]
public sealed class DecimalTextTests
{
    private static readonly Gen<string> s_number =
        from sign in Gen.Elements("", "", "-", "+")
        from zeros in Gen.Choose(0, 3)
        from whole in Gen.Choose(0, 9).Select(d => d.ToString()).NonEmptyListOf().Select(string.Concat)
        from fraction in Gen.Choose(0, 9).Select(d => d.ToString()).ListOf().Select(string.Concat)
        from exponent in Gen.OneOf(
            Gen.Constant(""),
            Gen.Choose(-30, 30).Select(e => "e" + e),
            Gen.Choose(0, 9).Select(e => "E+" + e)
        )
        select sign + new string('0', zeros) + Cut(whole) + (fraction.Length > 0 ? "." + Cut(fraction) : "") + exponent;

    [TestCase("0", "0")]
    [TestCase("-0", "0")]
    [TestCase("-0.000", "0")]
    [TestCase("0e999", "0")]
    [TestCase("000", "0")]
    [TestCase("007", "7")]
    [TestCase("+1", "1")]
    [TestCase("1.50", "1.5")]
    [TestCase("1.00", "1")]
    [TestCase("100", "100")]
    [TestCase("-12.0340", "-12.034")]
    [TestCase("1e3", "1000")]
    [TestCase("1E+3", "1000")]
    [TestCase("1.5e-3", "0.0015")]
    [TestCase("123.456e1", "1234.56")]
    [TestCase("0.1e1", "1")]
    [TestCase("1000e-3", "1")]
    public void TryCanonicalise_Accepted(string text, string expected)
    {
        Assert.That(DecimalText.TryCanonicalise(text, out var canonical), Is.True);
        Assert.That(canonical, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("-")]
    [TestCase("+")]
    [TestCase(".5")]
    [TestCase("5.")]
    [TestCase("1.2.3")]
    [TestCase("--1")]
    [TestCase("1e")]
    [TestCase("1e+")]
    [TestCase("1e1.5")]
    [TestCase("1e 5")]
    [TestCase("1e12345")]
    [TestCase("1.e5")]
    [TestCase(" 1")]
    [TestCase("1 ")]
    [TestCase("1,5")]
    [TestCase("1_000")]
    [TestCase("0x10")]
    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase("١")]
    [TestCase("1e200")]
    [TestCase("1e-101")]
    public void TryCanonicalise_Refused(string text) => Assert.That(DecimalText.TryCanonicalise(text, out _), Is.False);

    [Test]
    public void TryCanonicalise_Limits_AreOneHundredDigits() =>
        Assert.Multiple(() =>
        {
            Assert.That(DecimalText.TryCanonicalise(new string('9', 100), out _), Is.True);
            Assert.That(DecimalText.TryCanonicalise(new string('9', 101), out _), Is.False);
            Assert.That(DecimalText.TryCanonicalise("1e99", out _), Is.True);
            Assert.That(DecimalText.TryCanonicalise("1e100", out _), Is.False);
            Assert.That(DecimalText.TryCanonicalise("1e-100", out _), Is.True);
        });

    [Test]
    public void TryCanonicalise_AnyText_NeverThrowsAndIsAFixedPoint() =>
        Properties.ForAll(
            Gen.OneOf(
                Properties.Text,
                s_number,
                Gen.Elements('0', '1', '9', '.', '-', '+', 'e').ArrayOf().Select(c => new string(c))
            ),
            text =>
                !DecimalText.TryCanonicalise(text, out var canonical)
                || (DecimalText.TryCanonicalise(canonical, out var again) && again == canonical)
        );

    [Test]
    public void TryCanonicalise_Numbers_KeepTheirValueExactly() =>
        Properties.ForAll(
            s_number,
            text =>
            {
                Assert.That(DecimalText.TryCanonicalise(text, out var canonical), Is.True, text);
                Assert.That(Compare(Exact(canonical!), Exact(text)), Is.Zero, text);
                Assert.That(canonical, Does.Match(@"\A(0|-?([1-9][0-9]*|0\.[0-9]*[1-9]|[1-9][0-9]*\.[0-9]*[1-9]))\z"));
            }
        );

    [Test]
    public void TryCanonicalise_Decimals_AgreeWithTheFramework() =>
        Properties.ForAll(
            ArbMap.Default.GeneratorFor<decimal>(),
            value =>
            {
                Assert.That(
                    DecimalText.TryCanonicalise(value.ToString(CultureInfo.InvariantCulture), out var canonical),
                    Is.True
                );
                Assert.That(decimal.Parse(canonical!, CultureInfo.InvariantCulture), Is.EqualTo(value));
            }
        );

    [Test]
    public void Compare_Numbers_AgreesWithArithmetic() =>
        Properties.ForAll(
            Gen.Two(Gen.OneOf(s_number, Gen.Choose(-20, 20).Select(n => n.ToString()))),
            pair =>
            {
                DecimalText.TryCanonicalise(pair.Item1, out var left);
                DecimalText.TryCanonicalise(pair.Item2, out var right);
                return DecimalText.Compare(left!, right!) == Compare(Exact(left!), Exact(right!));
            }
        );

    [Test]
    public void SortKey_Numbers_SortsAsText() =>
        Properties.ForAll(
            Gen.Two(Gen.OneOf(s_number, Gen.Choose(-20, 20).Select(n => n.ToString()))),
            pair =>
            {
                DecimalText.TryCanonicalise(pair.Item1, out var left);
                DecimalText.TryCanonicalise(pair.Item2, out var right);
                var keys = string.CompareOrdinal(DecimalText.SortKey(left!), DecimalText.SortKey(right!));
                var numbers = double.Parse(left!, CultureInfo.InvariantCulture)
                    .CompareTo(double.Parse(right!, CultureInfo.InvariantCulture));
                return Math.Sign(keys) == Math.Sign(numbers) && DecimalText.SortKey(left!).Length == 16;
            }
        );

    // Value and power of ten, by arithmetic of its own.
    private static (BigInteger Digits, int Exponent) Exact(string text)
    {
        var at = text.IndexOfAny(['e', 'E']);
        var exponent = at < 0 ? 0 : int.Parse(text[(at + 1)..], CultureInfo.InvariantCulture);
        var mantissa = at < 0 ? text : text[..at];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        return (
            BigInteger.Parse(
                mantissa.Replace(".", "", StringComparison.Ordinal),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture
            ),
            exponent - (point < 0 ? 0 : mantissa.Length - point - 1)
        );
    }

    private static int Compare((BigInteger Digits, int Exponent) left, (BigInteger Digits, int Exponent) right)
    {
        var least = Math.Min(left.Exponent, right.Exponent);
        return (left.Digits * BigInteger.Pow(10, left.Exponent - least)).CompareTo(
            right.Digits * BigInteger.Pow(10, right.Exponent - least)
        );
    }

    private static string Cut(string digits) => digits.Length <= 30 ? digits : digits[..30];
}
