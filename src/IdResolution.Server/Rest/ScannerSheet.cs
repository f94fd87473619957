using System.Text;
using System.Text.RegularExpressions;
using IdResolution.Core.Primitives;
using IdResolution.Server.Labels;
using IdResolution.Server.Pages;

namespace IdResolution.Server.Rest;

/// <summary>
/// The codes of the sheet of scanner settings. What a scanner sends for one is compared with what the code holds, and
/// the difference tells the setting that is wrong.
/// </summary>
internal static partial class ScannerSheet
{
    private static readonly (string Content, Text Title, string Image)[] s_codes =
    [
        Code("88.300.1/Test-Qz_0:{1}", new("1. Letters, digits and marks", "1. 字母、数字与符号")),
        Code("TEST-A\u001dB-END", new("2. Separator (GS) of GS1 codes", "2. GS1 码的分隔符（GS）")),
        Code("TEST 标识 é", new("3. Chinese and other characters", "3. 中文及其他字符")),
    ];

    /// <summary>All tests, one of them with what the scanner sent.</summary>
    /// <param name="number">The number of the test that was made, or 0.</param>
    /// <param name="received">What the scanner sent, or null.</param>
    public static IReadOnlyList<ScannerTest> All(int number, string? received) =>
        [
            .. s_codes.Select(
                (code, i) =>
                {
                    var sent = i + 1 == number ? received : null;
                    return new ScannerTest(
                        i + 1,
                        code.Title,
                        code.Image,
                        sent is null ? null : Visible(sent),
                        sent is null ? [] : [.. Findings(code.Content, sent)]
                    );
                }
            ),
        ];

    private static (string Content, Text Title, string Image) Code(string content, Text title)
    {
        var svg = QrCode.Svg(QrOptions.Parse(content, null, null, null).Value);
        return (content, title, "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(svg)));
    }

    private static IEnumerable<ScannerFinding> Findings(string content, string received)
    {
        var text = received.Trim(' ', '\r', '\n', '\t');
        if (text.Length == 0)
        {
            return [new(false, new("Nothing was received.", "未收到任何内容。"))];
        }
        var symbology = Symbology().Match(text);
        return
        [
            symbology.Success
                ? new(
                    true,
                    new($"The AIM identifier {symbology.Value} is sent.", $"已发送 AIM 标识符 {symbology.Value}。")
                )
                : new(
                    false,
                    new(
                        "No AIM identifier is sent (here ]Q1 or ]Q2): switch it on, so that GS1 codes are recognised.",
                        "未发送 AIM 标识符（此处应为 ]Q1 或 ]Q2）：请开启，以便识别 GS1 码。"
                    )
                ),
            OfText(
                content,
                Escape().Replace(text[symbology.Length..], "").Replace(@"\\", @"\", StringComparison.Ordinal)
            ),
        ];
    }

    private static ScannerFinding OfText(string content, string text)
    {
        if (text == content || Separator().Replace(text, "\u001d") == content)
        {
            return new(true, new("The text is right.", "内容正确。"));
        }
        return new(false, FaultOf(content, text));
    }

    private static Text FaultOf(string content, string text) =>
        text switch
        {
            _ when text == content.Replace("\u001d", "", StringComparison.Ordinal) => new(
                "The separator GS got lost: let the scanner send it as the text {GS}.",
                "分隔符 GS 丢失：请将扫描器设为以文本 {GS} 发送。"
            ),
            _ when text.Any(c => c is (>= '\uff01' and <= '\uff5e') or '\u3001' or '\u3002') => new(
                "An input method typed full-width characters: switch it off, or to half width.",
                "输入法输出了全角字符：请关闭输入法或切换为半角。"
            ),
            _ when text.Contains('\ufffd', StringComparison.Ordinal) || AsciiOf(text) == AsciiOf(content) => new(
                "Characters were lost: set the scanner and its driver to UTF-8.",
                "字符丢失：请将扫描器及驱动设为 UTF-8。"
            ),
            _ when text.Equals(content, StringComparison.OrdinalIgnoreCase) => new(
                "Capital and small letters are exchanged: switch Caps Lock and the scanner's case conversion off.",
                "大小写被改变：请关闭大写锁定和扫描器的大小写转换。"
            ),
            _ when text.Contains(content, StringComparison.Ordinal) => new(
                "There are characters before or after the text: remove the scanner's prefix and suffix, but Enter.",
                "内容前后有多余字符：请取消扫描器的前缀和后缀（回车除外）。"
            ),
            _ => new(
                $"The text differs from {Visible(content)}: set the scanner to the computer's keyboard layout, or let "
                    + "it type characters by code (ALT or Unicode mode).",
                $"内容与 {Visible(content)} 不符：请将扫描器设为与计算机一致的键盘布局，或以字符编码（ALT 或 Unicode 模式）输出。"
            ),
        };

    /// <summary>What stays where a driver takes UTF-8 for another character set.</summary>
    private static string AsciiOf(string text) => string.Concat(text.Where(c => c is > ' ' and < '\x7f'));

    /// <summary>Control characters as their symbols, so that they can be seen.</summary>
    private static string Visible(string text) => string.Concat(text.Select(c => c < ' ' ? (char)('\u2400' + c) : c));

    [GeneratedRegex(@"^\][A-Za-z][0-9A-Za-z]", RegexOptions.CultureInvariant)]
    private static partial Regex Symbology();

    [GeneratedRegex(@"\\\d{6}", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();

    [GeneratedRegex(@"␝|[<{\[](?:GS|FNC1)[>}\]]|~1|~d029|\^\]|\\x1d|\\u001d", RegexOptions.CultureInvariant)]
    private static partial Regex Separator();
}
