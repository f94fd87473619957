using IdResolution.Core.Errors;
using IdResolution.Server.Labels;

namespace IdResolution.Server.Tests.Labels;

[TestFixture]
public sealed class QrOptionsTests
{
    [Test]
    public void Parse_NothingAsked_GivesDefaults()
    {
        var options = QrOptions.Parse("x", null, "", null).Value;

        Assert.That(
            options,
            Is.EqualTo(
                new QrOptions("x")
                {
                    Size = 256,
                    ErrorCorrection = ErrorCorrection.M,
                    QuietZone = 4,
                }
            )
        );
    }

    [Test]
    public void Parse_AllAsked_TakesThem()
    {
        var options = QrOptions.Parse("x", "2048", "q", "0").Value;

        Assert.That(
            options,
            Is.EqualTo(
                new QrOptions("x")
                {
                    Size = 2048,
                    ErrorCorrection = ErrorCorrection.Q,
                    QuietZone = 0,
                }
            )
        );
    }

    [TestCase("63", null, null, "size", "64", "2048")]
    [TestCase("2049", null, null, "size", "64", "2048")]
    [TestCase("-256", null, null, "size", "64", "2048")]
    [TestCase("99999999999", null, null, "size", "64", "2048")]
    [TestCase(null, "X", null, "ecc", "L", "H")]
    [TestCase(null, "0", null, "ecc", "L", "H")]
    [TestCase(null, null, "17", "quietZone", "0", "16")]
    [TestCase(null, null, "four", "quietZone", "0", "16")]
    public void Parse_OneWrong_NamesFieldAndWhatItMayBe(
        string? size,
        string? ecc,
        string? quietZone,
        string field,
        string first,
        string last
    )
    {
        var error = QrOptions.Parse("x", size, ecc, quietZone).Error!;

        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(ErrorCode.InvalidValue));
            Assert.That(error.Field, Is.EqualTo(field));
            Assert.That(error.Message.En, Does.Contain(first).And.Contain(last));
            Assert.That(error.Message.Zh, Does.Contain(first).And.Contain(last).And.Contain("应为"));
        });
    }

    [Test]
    public void Parse_SeveralWrong_NamesEach()
    {
        var error = QrOptions.Parse("", "1", "x", "99").Error!;

        Assert.That(error.Details.Select(d => d.Field), Is.EqualTo(new[] { "content", "size", "ecc", "quietZone" }));
    }

    [TestCase("L", 2953)]
    [TestCase("M", 2331)]
    [TestCase("Q", 1663)]
    [TestCase("H", 1273)]
    public void Parse_AtTheLimit_FitsAndOneMoreIsTooLarge(string ecc, int bytes)
    {
        var fits = QrOptions.Parse(new string('a', bytes), null, ecc, null);
        var tooLong = QrOptions.Parse(new string('a', bytes + 1), null, ecc, null);

        Assert.Multiple(() =>
        {
            Assert.That(QrCode.Matrix(fits.Value.Content, fits.Value.ErrorCorrection).GetLength(0), Is.EqualTo(177));
            Assert.That(tooLong.Error?.Code, Is.EqualTo(ErrorCode.TooLarge));
            Assert.That(tooLong.Error?.Field, Is.EqualTo("content"));
        });
    }

    [TestCase("L", 2951)]
    [TestCase("M", 2329)]
    [TestCase("Q", 1661)]
    [TestCase("H", 1271)]
    public void Parse_ChineseUpToWhatIsNotChecked_CanBeDrawn(string ecc, int bytes)
    {
        var content = new string('标', bytes / 3) + new string('a', bytes % 3);
        var options = QrOptions.Parse(content, "64", ecc, null).Value;

        Assert.That(() => QrCode.Png(options), Throws.Nothing);
    }

    [TestCase(7089, true)]
    [TestCase(7090, false)]
    [TestCase(1_000_000, false)]
    public void Parse_DigitsAtTheLimit_FitOnlyUpToIt(int digits, bool fits) =>
        Assert.That(QrOptions.Parse(new string('7', digits), null, "L", null).IsOk, Is.EqualTo(fits));
}
