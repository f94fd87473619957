using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using IdResolution.Server.Grpc;

namespace IdResolution.Server.Tests.Grpc;

[TestFixture]
public sealed class RecordMessagesTests
{
    [TestCase("0", true)]
    [TestCase("12.5", true)]
    [TestCase("-0.001", true)]
    [TestCase("123456789012345", true)]
    [TestCase("1234567890123456", false)]
    [TestCase("1234567890123450", true)]
    [TestCase("0.123456789012345", true)]
    [TestCase("0.1234567890123456", false)]
    [TestCase("100000000000000000000", true)]
    [TestCase("100000000000000000.5", false)]
    public void IsExact_ByDigits(string number, bool isExact) =>
        Assert.That(RecordMessages.IsExact(number), Is.EqualTo(isExact));

    /// <summary>
    /// A number sent as a double comes back as the number it was: the double's shortest text (what every client prints)
    /// has its value.
    /// </summary>
    [Test]
    public void IsExact_Number_ReadsBackFromItsDouble() =>
        Prop.ForAll(
                Canonical.ToArbitrary(),
                number =>
                {
                    if (!RecordMessages.IsExact(number))
                    {
                        return true;
                    }
                    var shortest = double.Parse(number).ToString("R");
                    return Exact(shortest) == Exact(number);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [TestCase(300)]
    [TestCase(301)]
    [TestCase(400)]
    public void IsExact_BeyondADouble_IsFalseOrFinite(int length)
    {
        var number = "1" + new string('0', length - 1);

        Assert.That(RecordMessages.IsExact(number), Is.EqualTo(length <= 300));
        Assert.That(!RecordMessages.IsExact(number) || double.IsFinite(double.Parse(number)));
    }

    private static Gen<string> Canonical { get; } =
        from sign in Gen.Elements("", "-")
        from whole in Digits(0, 25)
        from zeros in Gen.Choose(0, 12)
        from fraction in Digits(0, 25)
        let left = (whole + new string('0', whole.Length > 0 ? zeros : 0)).TrimStart('0')
        let right = (new string('0', zeros) + fraction).TrimEnd('0')
        let text = (left.Length > 0 ? left : "0") + (right.Length > 0 ? "." + right : "")
        select text == "0" ? text : sign + text;

    private static Gen<string> Digits(int least, int most) =>
        from count in Gen.Choose(least, most)
        from digits in Gen.Choose(0, 9).Select(d => (char)('0' + d)).ArrayOf(count)
        select new string(digits);

    /// <summary>
    /// The exact value of decimal text, exponent or not, as a fraction of a power of ten in lowest terms.
    /// </summary>
    private static (BigInteger Digits, int Exponent) Exact(string number)
    {
        var exponent = 0;
        if (number.IndexOf('E', StringComparison.Ordinal) is var at and >= 0)
        {
            exponent = int.Parse(number[(at + 1)..]);
            number = number[..at];
        }
        if (number.IndexOf('.', StringComparison.Ordinal) is var point and >= 0)
        {
            exponent -= number.Length - point - 1;
            number = number.Remove(point, 1);
        }
        var digits = BigInteger.Parse(number);
        while (!digits.IsZero && digits % 10 == 0)
        {
            (digits, exponent) = (digits / 10, exponent + 1);
        }
        return (digits, digits.IsZero ? 0 : exponent);
    }
}
