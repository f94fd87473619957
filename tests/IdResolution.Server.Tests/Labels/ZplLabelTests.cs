using System.Text;
using System.Text.RegularExpressions;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Labels;

namespace IdResolution.Server.Tests.Labels;

[TestFixture]
public sealed partial class ZplLabelTests
{
    private static readonly LabelContent s_label = new(
        "88.300.1/MEA-25010100001",
        "Meter",
        ["model: X_1", "range: 0~10 ^C"],
        "https://id.example.com/88.300.1/MEA-25010100001"
    );

    [Test]
    public void Render_Plain_IsGolden()
    {
        var zpl = ZplLabel.Render(s_label, new ZplOptions()).Value;

        Assert.That(
            zpl,
            Is.EqualTo(
                """
                ^XA
                ^CI28
                ^PW400
                ^LL240
                ^LH0,0
                ^BY2,3,10
                ^FO25,15^BQN,2,5^FH^FDMA,https://id.example.com/88.300.1/MEA-25010100001^FS
                ^FO195,12^A0N,24,24^FH^FDMeter^FS
                ^FO195,40^A0N,20,20^FH^FD88.300.1/MEA-^FS
                ^FO195,64^A0N,20,20^FH^FD25010100001^FS
                ^FO195,88^A0N,18,18^FH^FDmodel: X_5F1^FS
                ^FO195,109^A0N,18,18^FH^FDrange: 0_7E10 _5EC^FS
                ^PQ1
                ^XZ

                """
            )
        );
    }

    [Test]
    public void Render_Held_HasTheMarkFirst_AndTheWholeIdentifier()
    {
        var held = s_label with { Held = new Text("It is held.", "已冻结。") };

        var zpl = ZplLabel.Render(held, new ZplOptions()).Value;

        Assert.That(zpl, Does.Contain("^FO195,12^A0N,24,24^FH^FD_E5_86_BB_E7_BB_93 HELD^FS"));
        Assert.That(zpl, Does.Contain("^FO195,40^A0N,24,24^FH^FDMeter^FS"));
        Assert.That(zpl, Does.Contain("88.300.1/MEA-").And.Contain("25010100001"));
    }

    [Test]
    public void Render_HeldInAnySize_HasTheMarkOrIsRefused()
    {
        var held = s_label with { Held = new Text("It is held.", "已冻结。") };
        var refused = 0;
        for (var width = 20; width <= 60; width++)
        {
            for (var height = 20; height <= 60; height += 5)
            {
                var zpl = ZplLabel.Render(held, new ZplOptions { Width = width, Height = height });
                if (zpl.IsOk)
                {
                    Assert.That(zpl.Value, Does.Contain(" HELD^FS").And.Contain("88.300.1/"), $"{width} x {height}");
                    continue;
                }
                refused++;
                Assert.That(zpl.Error.Field, Is.EqualTo("width"), $"{width} x {height}");
            }
        }
        Assert.That(refused, Is.Positive);
    }

    [Test]
    public void Render_EverythingAsked_IsGolden()
    {
        var options = ZplOptions.Parse("300", "100", "50", "code128", "true", "3").Value;

        var zpl = ZplLabel.Render(s_label, options).Value;

        Assert.That(
            zpl,
            Is.EqualTo(
                """
                ^XA
                ^CI28
                ^PW1181
                ^LL591
                ^LH0,0
                ^RS8
                ^RFW,H,,,A^FD38382E3330302E312F4D45412D3235303130313030303031^FS
                ^BY4,3,94
                ^FO80,479^BCN,94,N,N,N,N^FH^FD>:88.300.1/MEA-2>55010100001^FS
                ^BY2,3,10
                ^FO50,40^BQN,2,10^FH^FDMA,https://id.example.com/88.300.1/MEA-25010100001^FS
                ^FO390,18^A0N,35,35^FH^FDMeter^FS
                ^FO390,60^A0N,30,30^FH^FD88.300.1/MEA-25010100001^FS
                ^FO390,96^A0N,26,26^FH^FDmodel: X_5F1^FS
                ^FO390,127^A0N,26,26^FH^FDrange: 0_7E10 _5EC^FS
                ^PQ3
                ^XZ

                """
            )
        );
    }

    [Test]
    public void Render_LongNames_AreWrappedIntoTheRoomThereIs()
    {
        var label = s_label with
        {
            Title = "Membrane electrode assembly with gas diffusion layers",
            Lines =
            [
                "manufacturer: A company with quite a long name of its own",
                "年份：二〇二六年三月一日生产的第一批",
            ],
        };

        var zpl = ZplLabel.Render(label, ZplOptions.Parse(null, "60", "60", null, null, null).Value).Value;

        var texts = FieldData(zpl)[1..];
        Assert.That(
            string.Join(' ', texts),
            Does.StartWith("Membrane electrode assembly with gas diffusion layers 88.")
        );
        Assert.That(string.Join(' ', texts), Does.Contain("A company with quite a long name of its own"));
        Assert.That(string.Concat(texts), Does.EndWith("年份：二〇二六年三月一日生产的第一批").And.Not.Contain("..."));
    }

    [Test]
    public void Render_NamesLongerThanTheLabel_AreCutWithDotsAndTheIdentifierStays()
    {
        var label = s_label with
        {
            Title = string.Concat(Enumerable.Repeat("name ", 100)),
            Lines = [new string('x', 900)],
        };

        var zpl = ZplLabel.Render(label, new ZplOptions()).Value;

        Assert.That(zpl, Does.Contain("...^FS"));
        Assert.That(string.Concat(FieldData(zpl)), Does.Contain(s_label.Identifier));
    }

    [Test]
    public void Render_DataMatrix_HasSymbolWithAnEscapeThatIsNotInTheData_AndTheEciOfUtf8()
    {
        var zpl = ZplLabel
            .Render(
                s_label with
                {
                    Identifier = "88.300.1/轴承|~1_1",
                },
                new ZplOptions { Barcode = ZplBarcode.DataMatrix }
            )
            .Value;

        Assert.That(
            zpl,
            Does.Match(@"\^FO\d+,\d+\^BXN,\d,200,,,,\{\^FH\^FD\{502688\.300\.1/_E8_BD_B4_E6_89_BF\|_7E1_5F1\^FS\n")
        );
    }

    [Test]
    public void Render_DataMatrixOfAscii_HasNoEci() =>
        Assert.That(
            ZplLabel.Render(s_label, new ZplOptions { Barcode = ZplBarcode.DataMatrix }).Value,
            Does.Contain(",,,,|^FH^FD" + s_label.Identifier + "^FS")
        );

    [Test]
    public void Render_CommandsInTexts_StayText([Values("none", "code128", "datamatrix")] string barcode)
    {
        const string attack = "^XZ^XA~JA_5EXZ\n^FS^PQ999\r\u0001\u007f";
        var harmless = new LabelContent("88.300.1/1", "t", ["a: b"], "https://id.example.com/88.300.1/1");
        var hostile = new LabelContent("88.300.1/^XZ^XA~JA_5EXZ^PQ9", attack, ["a: " + attack], harmless.Url + attack);
        var options = ZplOptions.Parse(null, "100", "60", barcode, null, null).Value;

        var zpl = ZplLabel.Render(hostile, options).Value;

        Assert.Multiple(() =>
        {
            Assert.That(Commands(zpl), Is.EqualTo(Commands(ZplLabel.Render(harmless, options).Value)));
            Assert.That(zpl, Does.Match(@"^[\n\x20-\x7e]*$").And.Not.Contain("~"));
            Assert.That(
                FieldData(zpl),
                Does.Contain(attack)
                    .And.Contain("a: " + attack)
                    .And.Contain(hostile.Identifier)
                    .And.Contain("MA," + hostile.Url)
            );
        });
    }

    [Test]
    public void Render_ChineseTexts_ArriveAsUtf8()
    {
        var label = new LabelContent(
            "88.300.1/设备-1",
            "测量设备",
            ["型号: 甲"],
            "https://id.example.com/88.300.1/设备-1"
        );

        var zpl = ZplLabel.Render(label, new ZplOptions()).Value;

        Assert.Multiple(() =>
        {
            Assert.That(zpl, Does.StartWith("^XA\n^CI28\n"));
            Assert.That(
                FieldData(zpl),
                Is.EqualTo(new[] { "MA," + label.Url, label.Title, label.Identifier, label.Lines[0] })
            );
        });
    }

    [TestCase("88.300.1/设备-1")]
    [TestCase("88.300.1/\u00e9")]
    public void Render_Code128OfMoreThanAscii_IsRefusedNamingBarcode(string identifier)
    {
        var error = ZplLabel
            .Render(s_label with { Identifier = identifier }, new ZplOptions { Barcode = ZplBarcode.Code128 })
            .Error!;

        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(ErrorCode.InvalidValue));
            Assert.That(error.Field, Is.EqualTo("barcode"));
            Assert.That(error.Message.En, Does.Contain("ASCII"));
            Assert.That(error.Message.Zh, Does.Contain("ASCII"));
        });
    }

    [Test]
    public void Render_WhatDoesNotFit_IsRefusedNamingTheOption()
    {
        var small = new ZplOptions { Width = 20, Height = 20 };
        var longText = new string('x', 200);

        Assert.Multiple(() =>
        {
            Assert.That(
                ZplLabel.Render(s_label with { Url = "https://id.example.com/" + longText }, small).Error?.Field,
                Is.EqualTo("width")
            );
            Assert.That(
                ZplLabel.Render(s_label with { Identifier = longText, Url = "88.1/1" }, small).Error?.Field,
                Is.EqualTo("width")
            );
            Assert.That(
                ZplLabel
                    .Render(s_label with { Identifier = longText }, new ZplOptions { Barcode = ZplBarcode.Code128 })
                    .Error?.Field,
                Is.EqualTo("barcode")
            );
            Assert.That(
                ZplLabel
                    .Render(
                        s_label with
                        {
                            Identifier = new string('x', 240),
                        },
                        new ZplOptions { Barcode = ZplBarcode.DataMatrix }
                    )
                    .Error?.Field,
                Is.EqualTo("barcode")
            );
            Assert.That(
                ZplLabel
                    .Render(s_label with { Identifier = new string('x', 63) }, new ZplOptions { Rfid = true })
                    .Error?.Field,
                Is.EqualTo("rfid")
            );
            Assert.That(
                ZplLabel.Render(s_label with { Url = new string('x', 4000) }, new ZplOptions()).Error?.Code,
                Is.EqualTo(ErrorCode.TooLarge)
            );
        });
    }

    [TestCase("88.1/ab", "^RFW,H,,,A^FD38382E312F616200^FS")]
    [TestCase("88.1/abc", "^RFW,H,,,A^FD38382E312F616263^FS")]
    [TestCase("88.1/轴", "^RFW,H,,,A^FD38382E312FE8BDB4^FS")]
    public void Render_Rfid_WritesUtf8InWholeWords(string identifier, string command) =>
        Assert.That(
            ZplLabel.Render(s_label with { Identifier = identifier }, new ZplOptions { Rfid = true }).Value,
            Does.Contain(command)
        );

    [Test]
    public void Render_EverySizeThatIsTaken_KeepsTextsOnTheLabel(
        [Values(203, 300, 600)] int dpi,
        [Values(20, 35, 50, 120, 200)] int width,
        [Values(20, 30, 80, 200)] int height,
        [Values("none", "code128", "datamatrix")] string barcode
    )
    {
        var options = ZplOptions.Parse($"{dpi}", $"{width}", $"{height}", barcode, null, null).Value;

        if (!ZplLabel.Render(s_label, options).TryGet(out var zpl, out var error))
        {
            Assert.That(error.Field, Is.EqualTo("width").Or.EqualTo("barcode"));
            return;
        }

        foreach (Match text in TextField().Matches(zpl))
        {
            var (x, y, font) = (
                int.Parse(text.Groups[1].Value),
                int.Parse(text.Groups[2].Value),
                int.Parse(text.Groups[3].Value)
            );
            Assert.That(y + font, Is.LessThanOrEqualTo(options.Dots(height)));
            Assert.That(x, Is.LessThan(options.Dots(width)));
        }
        Assert.That(string.Concat(FieldData(zpl)), Does.Contain(s_label.Identifier));
    }

    [TestCase("dpi", "203, 300, 600", "200", null, null, null, null, null)]
    [TestCase("width", "from 20 to 200", null, "19", null, null, null, null)]
    [TestCase("height", "from 20 to 200", null, null, "201", null, null, null)]
    [TestCase("barcode", "none, code128, datamatrix", null, null, null, "qr", null, null)]
    [TestCase("rfid", "true, false", null, null, null, null, "yes", null)]
    [TestCase("copies", "from 1 to 1000", null, null, null, null, null, "1001")]
    [TestCase("copies", "from 1 to 1000", null, null, null, null, null, "0")]
    public void Parse_OneWrong_NamesFieldAndWhatItMayBe(
        string field,
        string allowed,
        string? dpi,
        string? width,
        string? height,
        string? barcode,
        string? rfid,
        string? copies
    )
    {
        var error = ZplOptions.Parse(dpi, width, height, barcode, rfid, copies).Error!;

        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(ErrorCode.InvalidValue));
            Assert.That(error.Field, Is.EqualTo(field));
            Assert.That(error.Message.En, Does.Contain(allowed));
        });
    }

    [Test]
    public void Parse_NothingAsked_GivesDefaults() =>
        Assert.That(
            ZplOptions.Parse(null, null, "", null, null, null).Value,
            Is.EqualTo(
                new ZplOptions
                {
                    Dpi = 203,
                    Width = 50,
                    Height = 30,
                    Copies = 1,
                }
            )
        );

    [TestCase("88.1/AB", ">:88.1/AB", 9)]
    [TestCase("AB123456", ">:AB>5123456", 8)]
    [TestCase("AB1234567", ">:AB1>5234567", 9)]
    [TestCase("AB1234567C", ">:AB>5123456>67C", 11)]
    [TestCase("123456A", ">:>5123456>6A", 8)]
    [TestCase("1234A", ">:1234A", 7)]
    [TestCase("A>0^~", ">:A>00><>=", 7)]
    public void Code128_Encode_WritesShiftsOut(string text, string fieldData, int characters) =>
        Assert.That(Code128.Encode(text), Is.EqualTo(new Code128(fieldData, (11 * characters) + 13)));

    /// <summary>The label as a printer splits it: command names in order, texts left out.</summary>
    private static string[] Commands(string zpl) =>
        [.. zpl.Split(['^', '~'], StringSplitOptions.RemoveEmptyEntries).Select(c => c[..Math.Min(2, c.Length)])];

    /// <summary>
    /// Field data as the printer has it after undoing <c>^FH</c>; the invocation codes of Code 128 are undone too.
    /// </summary>
    private static string[] FieldData(string zpl) =>
        [.. Field().Matches(zpl).Select(m => Undo(m.Groups[2].Value, m.Groups[1].Value))];

    private static string Undo(string data, string before)
    {
        using var bytes = new MemoryStream();
        for (var i = 0; i < data.Length; i++)
        {
            if (data[i] == '_')
            {
                bytes.WriteByte(Convert.FromHexString(data.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                bytes.WriteByte((byte)data[i]);
            }
        }
        var text = Encoding.UTF8.GetString(bytes.ToArray());
        return before.Contains("^BC", StringComparison.Ordinal)
            ? text.Replace(">:", "")
                .Replace(">5", "")
                .Replace(">6", "")
                .Replace("><", "^")
                .Replace(">=", "~")
                .Replace(">0", ">")
            : text;
    }

    [GeneratedRegex(@"(\^FO[^\n]*?)\^FH\^FD([^^~]*)\^FS")]
    private static partial Regex Field();

    [GeneratedRegex(@"\^FO(\d+),(\d+)\^A0N,(\d+)")]
    private static partial Regex TextField();
}
