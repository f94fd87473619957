using System.Text.RegularExpressions;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Identifiers;

/// <summary>Says of a text that means nothing what it looks like, and what is wrong with it.</summary>
internal static partial class ScanReason
{
    public static readonly Text Empty = new(
        "The text is empty: the scanner sent nothing but blanks and control characters.",
        "文本为空：扫描器只发送了空白或控制字符。"
    );

    public static readonly Text TooLong = new(
        $"The text is too long: a code holds at most {ScanText.MaxLength} characters.",
        $"文本过长：最多 {ScanText.MaxLength} 个字符。"
    );

    // What QR codes hold besides, by how it begins.
    private static readonly (string Beginning, Text Kind)[] s_others =
    [
        ("WIFI:", new("the settings of a wireless network", "无线网络设置")),
        ("BEGIN:VCARD", new("a contact", "联系人名片")),
        ("MECARD:", new("a contact", "联系人名片")),
        ("BEGIN:VEVENT", new("an appointment", "日程")),
        ("MAILTO:", new("a mail address", "邮件地址")),
        ("MATMSG:", new("a mail", "邮件")),
        ("TEL:", new("a telephone number", "电话号码")),
        ("SMSTO:", new("a short message", "短信")),
        ("GEO:", new("a place on the map", "地理位置")),
        ("WXP://", new("a payment code", "付款码")),
    ];

    /// <summary>The reason for a text that holds no identifier.</summary>
    /// <param name="text">The text, folded and trimmed.</param>
    /// <param name="symbology">Its AIM symbology identifier, or empty.</param>
    /// <param name="format">The format of its ISO 15434 envelope, or null.</param>
    /// <param name="gs1Fault">Why its GS1 elements cannot be read, or null.</param>
    /// <param name="gs1Doubt">Why it is not taken for GS1 elements although it may be such, or null.</param>
    public static Text Of(string text, string symbology, string? format, Text? gs1Fault, Text? gs1Doubt)
    {
        if (text.Length == 0)
        {
            return Empty;
        }
        if (gs1Fault is { } fault)
        {
            return OfElements(fault);
        }
        if (text.Contains('\ufffd', StringComparison.Ordinal))
        {
            return new(
                "Characters of the text were lost: set the scanner, its driver and the program to UTF-8.",
                "文本中有字符已丢失：请将扫描器、驱动和程序设为 UTF-8。"
            );
        }
        if (format is not null)
        {
            return new(
                $"The text is an ISO 15434 envelope of format {format}, but no field holds an identifier of this node. "
                    + "GS1 elements stand in format 05.",
                $"文本是格式 {format} 的 ISO 15434 数据，但各字段均不含本节点的标识。GS1 单元数据应使用格式 05。"
            );
        }
        if (text.StartsWith("[)>", StringComparison.Ordinal))
        {
            return new(
                "The text begins like an ISO 15434 envelope, but the two digits of its format are missing: does the "
                    + "scanner send the control characters (RS, GS, EOT)?",
                "文本以 ISO 15434 信封开头，但缺少两位格式号：请确认扫描器会发送控制字符（RS、GS、EOT）。"
            );
        }
        if (
            Array.Find(s_others, o => text.StartsWith(o.Beginning, StringComparison.OrdinalIgnoreCase)) is
            { Beginning: not null } other
        )
        {
            return new($"The code holds {other.Kind.En}, no identifier.", $"该码的内容是{other.Kind.Zh}，不是标识。");
        }
        if (Url().Match(text) is { Success: true } url)
        {
            return new(
                $"The text is a web address of {url.Groups[1].Value}, but neither its path nor its query holds an "
                    + "identifier (prefix/suffix) or a GS1 key.",
                $"文本是 {url.Groups[1].Value} 的网址，但路径和参数中没有标识（前缀/后缀），也没有 GS1 主键。"
            );
        }
        return gs1Doubt ?? OfShape(text, symbology);
    }

    /// <summary>The reason for GS1 elements with a fault.</summary>
    public static Text OfElements(Text fault) =>
        new($"The text looks like a GS1 element string, but {fault.En}.", $"文本看似 GS1 单元数据串，但{fault.Zh}。");

    /// <summary>The reason for a text that begins with a prefix without a slash right behind it, or null.</summary>
    public static Text? Miswritten(string text)
    {
        if (NoSlash().Match(text) is not { Success: true } found)
        {
            return null;
        }
        var prefix = found.Groups["prefix"].Value;
        return found.Groups["backslash"].Success
            ? new(
                $"The text has a backslash in place of the slash after the prefix {prefix}: set the scanner to the "
                    + "computer's keyboard layout, and write identifiers with /.",
                $"文本在前缀 {prefix} 之后是反斜杠而不是斜杠：请将扫描器设为与计算机一致的键盘布局，标识应使用 /。"
            )
            : new(
                $"The text has blanks between the prefix {prefix} and the slash: leave them out.",
                $"文本在前缀 {prefix} 与斜杠之间有空格：请去掉。"
            );
    }

    private static Text OfShape(string text, string symbology)
    {
        if (ScanFolding.IsGs1(symbology))
        {
            return new(
                $"The symbol (]{symbology}) is a GS1 symbol, but its text cannot be read as GS1 elements.",
                $"该码（]{symbology}）是 GS1 码，但内容无法按 GS1 单元数据串解析。"
            );
        }
        if (!text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return text.Length is 8 or 12 or 13 or 14
                ? new(
                    $"The text is a number of {text.Length} digits like a GTIN, but its check digit is wrong.",
                    $"文本是 {text.Length} 位数字，形似 GTIN，但校验位不符。"
                )
                : new(
                    $"The text is a number of {text.Length} digits; an identifier has a prefix, a slash and a suffix, "
                        + "and a GTIN 8, 12, 13 or 14 digits.",
                    $"文本是 {text.Length} 位数字；标识由前缀、斜杠和后缀组成，GTIN 为 8、12、13 或 14 位。"
                );
        }
        if (Miswritten(text) is { } miswritten)
        {
            return miswritten;
        }
        if (text[0] == '/' || text.StartsWith("%2F", StringComparison.OrdinalIgnoreCase))
        {
            return new(
                "The text begins with the slash; the prefix before it is missing.",
                "文本以斜杠开头，缺少斜杠前的前缀。"
            );
        }
        if (Prefix.IsValid(text.TrimEnd('/')))
        {
            return new(
                $"The text looks like the prefix {text.TrimEnd('/')}; the slash and the suffix are missing.",
                $"文本看似前缀 {text.TrimEnd('/')}，缺少斜杠和后缀。"
            );
        }
        if (OtherSlash().Match(text) is { Success: true } layout)
        {
            return new(
                $"The text looks like an identifier with {layout.Groups[1].Value} in place of the slash: set the "
                    + "scanner to the computer's keyboard layout, and switch input methods off.",
                $"文本看似标识，但斜杠变成了 {layout.Groups[1].Value}：请将扫描器设为与计算机一致的键盘布局，并关闭输入法。"
            );
        }
        if (text.Contains('/', StringComparison.Ordinal) && Identifier.Parse(text).Error is { } error)
        {
            return new(
                $"The text has a slash, but is no identifier: {error.Message.En}",
                $"文本含有斜杠，但不是标识：{error.Message.Zh}"
            );
        }
        return new(
            "The text holds no identifier (prefix/suffix), URL of one, or GS1 key.",
            "文本中没有标识（前缀/后缀）、标识 URL 或 GS1 主键。"
        );
    }

    [GeneratedRegex(@"^https?://([^/?#\s]+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex(
        @"^(?<prefix>[0-9]+(?:\.[A-Za-z0-9]+)+)(?:\s+/|\s*(?<backslash>\\))",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex NoSlash();

    // A prefix of at least two groups, then another character than those of prefixes and suffixes' slash.
    [GeneratedRegex(@"^[0-9]+(?:\.[A-Za-z0-9]+)+([^A-Za-z0-9./\s])", RegexOptions.CultureInvariant)]
    private static partial Regex OtherSlash();
}
