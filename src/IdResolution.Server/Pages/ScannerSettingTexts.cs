using IdResolution.Core.Primitives;

namespace IdResolution.Server.Pages;

/// <summary>What to set on a scanner that types like a keyboard, in both languages.</summary>
internal static class ScannerSettingTexts
{
    public static readonly (Text Name, Text Value)[] All =
    [
        (new("Suffix", "后缀"), new("Enter (CR). No other prefix or suffix.", "回车（CR），不加其他前缀或后缀。")),
        (
            new("AIM symbology identifier", "AIM 码制标识符"),
            new(
                "On: the text begins with ] and two characters, such as ]d2.",
                "开启：内容以 ] 和两个字符开头，如 ]d2。"
            )
        ),
        (
            new("Separator GS (FNC1, 0x1D)", "分隔符 GS（FNC1，0x1D）"),
            new(
                "Sent as the text {GS}, since fields of browsers swallow the control character.",
                "以文本 {GS} 发送，因为浏览器输入框会丢弃该控制字符。"
            )
        ),
        (
            new("Keyboard layout", "键盘布局"),
            new(
                "The computer's, or characters by code (ALT or Unicode mode).",
                "与计算机一致，或以字符编码（ALT 或 Unicode 模式）输出。"
            )
        ),
        (new("Input method, Caps Lock", "输入法、大写锁定"), new("Off: English, half width.", "关闭：英文、半角。")),
        (new("Character set", "字符集"), new("UTF-8. ECI may be on or off.", "UTF-8；ECI 可开可关。")),
        (
            new("Symbologies", "码制"),
            new(
                "QR, Data Matrix, Code 128 and GS1-128, EAN and UPC as 13 digits with the check digit.",
                "QR、Data Matrix、Code 128 与 GS1-128；EAN 与 UPC 以 13 位数字（含校验位）发送。"
            )
        ),
    ];
}
