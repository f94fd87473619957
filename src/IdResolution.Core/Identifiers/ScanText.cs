using System.Text;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// The text that a scanner read: a URL, a bare identifier, a GS1 element string or a GS1 Digital Link. Control
/// characters and an AIM symbology identifier around it are ignored. A URL is parsed, never fetched.
/// </summary>
public sealed class ScanText
{
    /// <summary>
    /// The source of the business key of items with a GS1 key. The key is the element string with brackets.
    /// </summary>
    public const string Gs1Source = "gs1";

    private const int MaxLength = 4_096;

    // Lengths of the elements of fixed length, application identifier included, by its first two digits (GS1 General
    // Specifications, figure 7.8.5-2).
    private static readonly Dictionary<string, int> FixedLengths = new(StringComparer.Ordinal)
    {
        ["00"] = 20,
        ["01"] = 16,
        ["02"] = 16,
        ["03"] = 16,
        ["04"] = 18,
        ["11"] = 8,
        ["12"] = 8,
        ["13"] = 8,
        ["14"] = 8,
        ["15"] = 8,
        ["16"] = 8,
        ["17"] = 8,
        ["18"] = 8,
        ["19"] = 8,
        ["20"] = 4,
        ["31"] = 10,
        ["32"] = 10,
        ["33"] = 10,
        ["34"] = 10,
        ["35"] = 10,
        ["36"] = 10,
        ["41"] = 16,
    };

    private ScanText(IReadOnlyList<Identifier> identifiers, string? gs1)
    {
        Identifiers = identifiers;
        Gs1 = gs1;
    }

    /// <summary>The identifiers that the text may mean, the likeliest first; empty for none.</summary>
    public IReadOnlyList<Identifier> Identifiers { get; }

    /// <summary>The GS1 element string with brackets, such as <c>(01)09506000134352(21)A1</c>, or null.</summary>
    public string? Gs1 { get; }

    /// <summary>Reads a text. If it has no meaning, the result has neither identifiers nor an element string.</summary>
    public static ScanText Parse(string? text)
    {
        if (text is null || text.Length > MaxLength)
        {
            return new ScanText([], null);
        }
        var trimmed = Trim(text);
        var identifiers = new List<Identifier>();
        string? gs1 = null;
        if (Uri.TryCreate(trimmed, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            FromUrl(trimmed, identifiers);
            gs1 = FromDigitalLink(PathOf(trimmed));
        }
        else if (FromElementString(trimmed, out var embeddedUrl) is { } elements)
        {
            gs1 = elements;
            if (embeddedUrl is not null)
            {
                FromUrl(embeddedUrl, identifiers);
            }
        }
        else
        {
            var bare = trimmed.StartsWith("hdl:", StringComparison.OrdinalIgnoreCase)
                ? trimmed[4..].TrimStart('/')
                : trimmed;
            Add(identifiers, bare);
        }
        return new ScanText(identifiers, gs1);
    }

    private static string Trim(string text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && (char.IsControl(text[start]) || char.IsWhiteSpace(text[start])) && text[start] != '\x1d')
        {
            start++;
        }
        while (end > start && (char.IsControl(text[end - 1]) || char.IsWhiteSpace(text[end - 1])))
        {
            end--;
        }
        // AIM symbology identifier (ISO/IEC 15424): ']', a letter, a modifier.
        if (
            end - start > 3
            && text[start] == ']'
            && char.IsAsciiLetter(text[start + 1])
            && char.IsAsciiLetterOrDigit(text[start + 2])
        )
        {
            start += 3;
        }
        return text[start..end];
    }

    private static void FromUrl(string url, List<Identifier> identifiers)
    {
        var question = url.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0)
        {
            foreach (var pair in url[(question + 1)..].Split('#')[0].Split('&'))
            {
                if (pair.StartsWith("id=", StringComparison.Ordinal))
                {
                    Add(identifiers, Unescape(pair[3..].Replace('+', ' ')));
                }
            }
        }
        var path = PathOf(url);
        for (var at = 0; at >= 0 && at < path.Length; at = path.IndexOf('/', at) is var next and >= 0 ? next + 1 : -1)
        {
            var end = path.IndexOf('/', at);
            if (end > at && Prefix.IsValid(path.AsSpan(at, end - at)))
            {
                Add(identifiers, Unescape(path[at..]));
            }
        }
    }

    private static string PathOf(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var start = url.IndexOf('/', authority);
        var mark = url.IndexOfAny(['?', '#'], authority);
        var end = mark < 0 ? url.Length : mark;
        return start < 0 || end < start ? "" : url[(start + 1)..end];
    }

    /// <summary>Reads a GS1 Digital Link: the path ends in pairs of AI and value, first a primary key.</summary>
    private static string? FromDigitalLink(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var first = 0; first + 1 < segments.Length; first++)
        {
            if (IsPrimaryKey(segments[first]) && (segments.Length - first) % 2 == 0)
            {
                return Elements(segments.AsSpan(first));
            }
        }
        return null;
    }

    /// <summary>True for the application identifiers with which a Digital Link can begin.</summary>
    private static bool IsPrimaryKey(string ai) =>
        ai
            is "00"
                or "01"
                or "414"
                or "417"
                or "8003"
                or "8004"
                or "8006"
                or "8010"
                or "8017"
                or "8018"
                or "253"
                or "255"
                or "401"
                or "402";

    private static string? Elements(ReadOnlySpan<string> pairs)
    {
        var elements = new StringBuilder();
        for (var i = 0; i + 1 < pairs.Length; i += 2)
        {
            var ai = pairs[i];
            if (ai.Length is < 2 or > 4 || !ai.All(char.IsAsciiDigit))
            {
                return null;
            }
            var value = Unescape(pairs[i + 1]);
            elements.Append('(').Append(ai).Append(')').Append(ai == "01" ? value.PadLeft(14, '0') : value);
        }
        return elements.ToString();
    }

    private static string? FromElementString(string text, out string? url)
    {
        url = null;
        var elements = text.StartsWith('(') ? Bracketed(text) : Plain(text);
        if (elements is null || elements.Count == 0)
        {
            return null;
        }
        var canonical = new StringBuilder();
        foreach (var (ai, value) in elements)
        {
            canonical.Append('(').Append(ai).Append(')').Append(value);
            // 8200 is the extended packaging URL.
            url ??= ai == "8200" ? value : null;
        }
        return canonical.ToString();
    }

    private static List<(string Ai, string Value)>? Bracketed(string text)
    {
        var elements = new List<(string, string)>();
        var at = 0;
        while (at < text.Length)
        {
            var close = text.IndexOf(')', at);
            if (
                text[at] != '('
                || close < 0
                || close - at - 1 is < 2 or > 4
                || !text.AsSpan(at + 1, close - at - 1).ToString().All(char.IsAsciiDigit)
            )
            {
                return null;
            }
            var next = NextBracket(text, close + 1);
            var value = text[(close + 1)..next].TrimEnd('\x1d');
            if (value.Length is 0 or > 90)
            {
                return null;
            }
            elements.Add((text[(at + 1)..close], value));
            at = next;
        }
        return elements;
    }

    private static int NextBracket(string text, int from)
    {
        for (var i = text.IndexOf('(', from); i >= 0; i = text.IndexOf('(', i + 1))
        {
            var close = text.IndexOf(')', i);
            if (close - i - 1 is >= 2 and <= 4 && text.AsSpan(i + 1, close - i - 1).ToString().All(char.IsAsciiDigit))
            {
                return i;
            }
        }
        return text.Length;
    }

    /// <summary>
    /// Reads what scanners send: AI and value, with FNC1 as GS (0x1D) after values of variable length.
    /// </summary>
    private static List<(string Ai, string Value)>? Plain(string text)
    {
        var rest = text.TrimStart('\x1d');
        var separated = rest.Length != text.Length || rest.Contains('\x1d', StringComparison.Ordinal);
        if (rest.Length < 16 || !(separated || LooksLikeElements(rest)))
        {
            return null;
        }
        var elements = new List<(string, string)>();
        while (rest.Length > 0)
        {
            if (rest.Length < 3 || !char.IsAsciiDigit(rest[0]) || !char.IsAsciiDigit(rest[1]))
            {
                return null;
            }
            var aiLength = AiLength(rest);
            var end = EndOfValue(rest);
            if (end > rest.Length || end <= aiLength || !rest[..aiLength].All(char.IsAsciiDigit))
            {
                return null;
            }
            elements.Add((rest[..aiLength], rest[aiLength..end]));
            rest = rest[end..].TrimStart('\x1d');
        }
        return elements;
    }

    /// <summary>True for a text that begins with an AI of fixed length (00, 01) and is not a path.</summary>
    private static bool LooksLikeElements(string text) =>
        (text.StartsWith("01", StringComparison.Ordinal) || text.StartsWith("00", StringComparison.Ordinal))
        && !text.Contains('/', StringComparison.Ordinal);

    private static int EndOfValue(string text)
    {
        if (FixedLengths.TryGetValue(text[..2], out var length))
        {
            return length;
        }
        var separator = text.IndexOf('\x1d', StringComparison.Ordinal);
        return separator < 0 ? text.Length : separator;
    }

    private static int AiLength(string text) =>
        text[..2] switch
        {
            "23" or "24" or "25" or "40" or "41" or "42" or "71" => 3,
            "31" or "32" or "33" or "34" or "35" or "36" or "39" or "43" or "70" or "72" or "80" or "81" or "82" => 4,
            _ => 2,
        };

    private static string Unescape(string text) => Uri.UnescapeDataString(text);

    private static void Add(List<Identifier> identifiers, string text)
    {
        if (Identifier.TryParse(text, out var identifier))
        {
            identifiers.Add(identifier);
        }
    }
}
