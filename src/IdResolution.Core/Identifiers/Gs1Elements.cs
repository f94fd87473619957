using System.Text;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// Reads GS1 element strings as scanners send them, with brackets, and from the path of a GS1 Digital Link.
/// </summary>
internal static class Gs1Elements
{
    /// <summary>What scanners send for FNC1 between elements.</summary>
    public const char Separator = '\x1d';

    // The longest value that any application identifier takes (GS1 General Specifications, figure 3.2-1).
    private const int MaxValue = 90;

    /// <summary>
    /// The digits of the application identifier at the start of a text (figure 3.2-1), or 0 if there is none such.
    /// </summary>
    public static int AiLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || !char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[1]))
        {
            return 0;
        }
        var length = ((text[0] - '0') * 10 + text[1] - '0') switch
        {
            <= 4 or (>= 10 and <= 22) or 30 or 37 or >= 90 => 2,
            (>= 23 and <= 25) or (>= 40 and <= 42) or 71 => 3,
            (>= 31 and <= 36) or 39 or 43 or 70 or 72 or (>= 80 and <= 82) => 4,
            _ => 0,
        };
        return length <= text.Length && !text[..length].ContainsAnyExceptInRange('0', '9') ? length : 0;
    }

    /// <summary>
    /// Reads what scanners send: application identifier and value, with <see cref="Separator"/> after values of
    /// variable length. Null with the reason if it cannot be read.
    /// </summary>
    public static List<Gs1Element>? Plain(string text, out Text fault)
    {
        var elements = new List<Gs1Element>();
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == Separator)
            {
                at++;
                continue;
            }
            var ai = AiLength(text.AsSpan(at));
            if (ai == 0)
            {
                fault = NoAi(text, at);
                return null;
            }
            var code = text.Substring(at, ai);
            at += ai;
            if (!TryEnd(text, at, code, out var end, out fault))
            {
                return null;
            }
            elements.Add(new Gs1Element(code, text[at..end]));
            at = end;
        }
        fault = elements.Count > 0 ? default : NoElement;
        return elements.Count > 0 ? elements : null;
    }

    /// <summary>Finds where a value ends that scanners send.</summary>
    private static bool TryEnd(string text, int at, string ai, out int end, out Text fault)
    {
        fault = default;
        var separator = text.IndexOf(Separator, at);
        end = separator < 0 ? text.Length : separator;
        if (FixedLength(ai) is > 0 and var length)
        {
            if (end - at < length || text.AsSpan(at, length).ContainsAnyExceptInRange('0', '9'))
            {
                fault = NotDigits(ai, length, text[at..Math.Min(end, at + length)]);
                return false;
            }
            end = at + length;
        }
        if (end == at || end - at > MaxValue)
        {
            fault = BadLength(ai, end - at);
            return false;
        }
        return true;
    }

    /// <summary>
    /// Reads elements with brackets around the application identifiers. <c>\(</c> is a bracket of the value, and so is
    /// a pair that holds no application identifier. Null with the reason if it cannot be read.
    /// </summary>
    public static List<Gs1Element>? Bracketed(string text, out Text fault)
    {
        var elements = new List<Gs1Element>();
        var at = 0;
        while (at < text.Length)
        {
            var ai = BracketAt(text, at);
            if (ai == 0)
            {
                fault = NoAi(text, at);
                return null;
            }
            var code = text.Substring(at + 1, ai);
            at += ai + 2;
            var trimmed = Unescaped(text, ref at).Trim().Trim(Separator).Trim();
            if (trimmed.Length is 0 or > MaxValue)
            {
                fault = BadLength(code, trimmed.Length);
                return null;
            }
            elements.Add(new Gs1Element(code, trimmed));
        }
        fault = elements.Count > 0 ? default : NoElement;
        return elements.Count > 0 ? elements : null;
    }

    /// <summary>The value at a position, up to the next application identifier in brackets.</summary>
    private static string Unescaped(string text, ref int at)
    {
        var value = new StringBuilder();
        for (; at < text.Length && BracketAt(text, at) == 0; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '(' or '\\')
            {
                at++;
            }
            value.Append(text[at]);
        }
        return value.ToString();
    }

    /// <summary>
    /// Reads the path of a GS1 Digital Link: it ends in pairs of application identifier and value, first a primary key.
    /// Null for any other path.
    /// </summary>
    public static List<Gs1Element>? DigitalLink(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        // From the end, so that a text of many slashes costs no more than its length.
        var lowest = segments.Length;
        while (
            lowest >= 2
            && AiLength(segments[lowest - 2]) == segments[lowest - 2].Length
            && ValueAt(segments, lowest - 2).Trim().Length is > 0 and <= MaxValue
        )
        {
            lowest -= 2;
        }
        for (var first = lowest; first < segments.Length; first += 2)
        {
            if (
                Gs1Key.IsPrimary(segments[first])
                && Gs1Key.IsValid(new Gs1Element(segments[first], ValueAt(segments, first)))
            )
            {
                var elements = new List<Gs1Element>((segments.Length - first) / 2);
                for (var i = first; i < segments.Length; i += 2)
                {
                    elements.Add(new Gs1Element(segments[i], ValueAt(segments, i)));
                }
                return elements;
            }
        }
        return null;
    }

    private static string ValueAt(string[] segments, int at) => Uri.UnescapeDataString(segments[at + 1]);

    // Values of these application identifiers have one length, and no separator follows them (figure 7.8.5-2).
    private static int FixedLength(string ai) =>
        ai[..2] switch
        {
            "00" => 18,
            "01" or "02" or "03" => 14,
            "04" => 16,
            "11" or "12" or "13" or "14" or "15" or "16" or "17" or "18" or "19" => 6,
            "20" => 2,
            "31" or "32" or "33" or "34" or "35" or "36" => 6,
            "41" => 13,
            _ => 0,
        };

    /// <summary>The digits of the application identifier in brackets at a position, or 0.</summary>
    private static int BracketAt(string text, int at)
    {
        if (text[at] != '(')
        {
            return 0;
        }
        var ai = AiLength(text.AsSpan(at + 1));
        return ai > 0 && at + ai + 1 < text.Length && text[at + ai + 1] == ')' ? ai : 0;
    }

    private static Text NoAi(string text, int at)
    {
        var found = text.Substring(at, Math.Min(4, text.Length - at)).Replace(Separator, ' ');
        return new(
            $"at position {at + 1} an application identifier should stand, not {found}",
            $"第 {at + 1} 个字符处应为应用标识符，而不是 {found}"
        );
    }

    private static Text NoElement => new("it holds no element", "其中没有单元数据");

    private static Text NotDigits(string ai, int length, string found) =>
        new($"({ai}) needs {length} digits, not {found}", $"({ai}) 应为 {length} 位数字，而不是 {found}");

    private static Text BadLength(string ai, int length) =>
        length == 0
            ? new($"({ai}) has no value", $"({ai}) 没有值")
            : new($"the value of ({ai}) has {length} characters", $"({ai}) 的值长达 {length} 个字符");
}
