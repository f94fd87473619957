using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using IdResolution.Server.Labels;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Labels;

[TestFixture]
public sealed partial class QrCodeTests
{
    private const string Url = "https://id.example.com/88.300.1/MEA-250101-00001?lang=zh";

    private static readonly string[] s_contents =
    [
        Url,
        "https://id.example.com/88.300.1/" + string.Concat(Enumerable.Repeat("%E8%AE%BE%E5%A4%87-", 40)),
        "88.300.1/设备-精密轴承-Ø25µm-№7",
        "88.300.1/é",
        "88.300.1/齿轮箱𠮷🔧",
        "0123456789",
    ];

    [Test]
    [Category(Lane.Process)]
    public void Both_EachContentAndErrorCorrection_AreReadBack(
        [ValueSource(nameof(s_contents))] string content,
        [Values("L", "M", "Q", "H")] string ecc
    )
    {
        Decoder.Require();
        var options = QrOptions.Parse(content, "600", ecc, null).Value;

        Assert.Multiple(() =>
        {
            Assert.That(Decoder.Png(QrCode.Png(options)), Is.EqualTo(content));
            Assert.That(Decoder.Svg(QrCode.Svg(options)), Is.EqualTo(content));
        });
    }

    [Test]
    [Category(Lane.Process)]
    public void Both_EachSizeAndQuietZone_AreReadBack(
        [Values(100, 256, 1000, 2048)] int size,
        [Values(2, 4, 16)] int quietZone
    )
    {
        Decoder.Require();
        var options = new QrOptions(Url) { Size = size, QuietZone = quietZone };

        Assert.Multiple(() =>
        {
            Assert.That(Decoder.Png(QrCode.Png(options)), Is.EqualTo(Url));
            // Below two pixels per module a drawing cannot be rasterised faithfully: whole pixels are what PNG is for.
            if (size > 100)
            {
                Assert.That(Decoder.Svg(QrCode.Svg(options)), Is.EqualTo(Url));
            }
        });
    }

    [Test]
    [Category(Lane.Process)]
    public void Svg_NoQuietZone_IsReadBackOnAWhiteGround()
    {
        Decoder.Require();
        var svg = QrCode.Svg(new QrOptions(Url) { QuietZone = 0 });

        var framed =
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="336" height="336" viewBox="-40 -40 336 336">{svg}</svg>""";

        Assert.That(Decoder.Svg(framed), Is.EqualTo(Url));
    }

    [Test]
    public void Svg_QuietZone_WidensTheViewBoxOnly([Values(0, 1, 4, 16)] int quietZone)
    {
        var modules = QrCode.Matrix(Url, ErrorCorrection.M).GetLength(0);

        var svg = QrCode.Svg(new QrOptions(Url) { Size = 300, QuietZone = quietZone });

        var side = modules + (2 * quietZone);
        Assert.Multiple(() =>
        {
            Assert.That(
                svg,
                Does.StartWith(
                    $"""<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300" viewBox="0 0 {side} {side}" """
                )
            );
            Assert.That(svg, Does.Contain($"d=\"M{quietZone} {quietZone}h7v1h-7z"), "top left finder");
        });
    }

    [Test]
    public void Svg_Path_DrawsExactlyTheDarkModules()
    {
        var matrix = QrCode.Matrix(Url, ErrorCorrection.Q);
        var drawn = new bool[matrix.GetLength(0), matrix.GetLength(0)];

        foreach (
            Match run in Run()
                .Matches(QrCode.Svg(new QrOptions(Url) { ErrorCorrection = ErrorCorrection.Q, QuietZone = 0 }))
        )
        {
            var numbers = run
                .Groups.Values.Skip(1)
                .Select(g => int.Parse(g.Value, CultureInfo.InvariantCulture))
                .ToArray();
            for (var i = 0; i < numbers[2]; i++)
            {
                drawn[numbers[1], numbers[0] + i] = true;
            }
        }

        Assert.That(drawn, Is.EqualTo(matrix));
    }

    // 33 modules: the side is the multiple of 33 + 2 * quiet zone that is nearest, at least one.
    [TestCase(256, 0, 264)]
    [TestCase(256, 4, 246)]
    [TestCase(64, 4, 82)]
    [TestCase(64, 16, 65)]
    [TestCase(2048, 1, 2065)]
    public void Png_Side_IsNearestWithWholePixels(int size, int quietZone, int side)
    {
        var png = QrCode.Png(new QrOptions(Url) { Size = size, QuietZone = quietZone });

        Assert.Multiple(() =>
        {
            Assert.That(QrCode.Matrix(Url, ErrorCorrection.M).GetLength(0), Is.EqualTo(33));
            Assert.That(Side(png), Is.EqualTo((side, side)));
        });
    }

    [Test]
    public void Png_LargestCodeInSmallestImage_HasOnePixelPerModule()
    {
        var png = QrCode.Png(
            new QrOptions(new string('a', 2953))
            {
                Size = 64,
                ErrorCorrection = ErrorCorrection.L,
                QuietZone = 16,
            }
        );

        Assert.That(Side(png), Is.EqualTo((209, 209)));
    }

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1h-\d+z")]
    private static partial Regex Run();

    private static (int Width, int Height) Side(byte[] png) =>
        (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
}
