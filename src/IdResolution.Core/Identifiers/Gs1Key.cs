using System.Text;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// The key of an item in GS1's system: its primary key with the qualifiers that belong to it, as in a GS1 Digital Link.
/// It is written with brackets, the primary key first, such as <c>(01)09506000134352(10)L1(21)A1</c>; brackets and
/// backslashes in values are escaped (<c>\(</c>, <c>\\</c>), so that no two keys have one text.
/// </summary>
public static class Gs1Key
{
    // Primary keys and their qualifiers in order (GS1 Digital Link: URI syntax, section 4). Where a text holds several,
    // the one that names the smallest thing comes first, and places last.
    private static readonly (string Ai, string[] Qualifiers)[] s_primary =
    [
        ("00", []),
        ("01", ["22", "10", "21", "235"]),
        ("8006", ["22", "10", "21"]),
        ("8003", []),
        ("8004", ["7040"]),
        ("8010", ["8011"]),
        ("253", []),
        ("255", []),
        ("402", []),
        ("401", []),
        ("8018", ["8019"]),
        ("8017", ["8019"]),
        ("8013", []),
        ("417", ["7040"]),
        ("414", ["254", "7040"]),
        ("415", ["8020"]),
    ];

    // Digits at the start, the first so many with a check digit, and the greatest length of values: of those in a key,
    // and of others by which elements are known that nothing declares as such.
    private static readonly Dictionary<string, (int Digits, int Checked, int Max)> s_values = new(
        StringComparer.Ordinal
    )
    {
        ["00"] = (18, 18, 18),
        ["01"] = (14, 14, 14),
        ["02"] = (14, 14, 14),
        ["03"] = (14, 14, 14),
        ["8006"] = (18, 14, 18),
        ["8003"] = (14, 14, 30),
        ["8004"] = (0, 0, 30),
        ["8010"] = (0, 0, 30),
        ["253"] = (13, 13, 30),
        ["255"] = (13, 13, 25),
        ["402"] = (17, 17, 17),
        ["401"] = (0, 0, 30),
        ["8018"] = (18, 18, 18),
        ["8017"] = (18, 18, 18),
        ["8013"] = (0, 0, 25),
        ["417"] = (13, 13, 13),
        ["414"] = (13, 13, 13),
        ["415"] = (13, 13, 13),
        ["410"] = (13, 13, 13),
        ["411"] = (13, 13, 13),
        ["412"] = (13, 13, 13),
        ["413"] = (13, 13, 13),
        ["416"] = (13, 13, 13),
        ["30"] = (1, 0, 8),
        ["37"] = (1, 0, 8),
        ["22"] = (0, 0, 20),
        ["10"] = (0, 0, 20),
        ["21"] = (0, 0, 20),
        ["235"] = (0, 0, 28),
        ["254"] = (0, 0, 20),
        ["7040"] = (1, 0, 4),
        ["8011"] = (1, 0, 12),
        ["8019"] = (1, 0, 10),
        ["8020"] = (0, 0, 25),
    };

    /// <summary>
    /// The one text of a key, whatever the order and form of its elements; null if the text is no GS1 element string,
    /// symbol or Digital Link.
    /// </summary>
    /// <param name="text">Elements with or without brackets, as a scanner sends them, or a Digital Link.</param>
    public static string? Canonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Keys that are URNs of EPCs, and elements that only their check digits show to be such, are kept as they were
        // given, since before the node could read them.
        if (EpcUrn.IsPlain(text) && EpcUrn.Gs1KeyOf(text) is not null)
        {
            return null;
        }
        return ScanText.Parse(text, static _ => false) is { IsKeptAsGiven: false, Gs1Keys: [var key, ..] } ? key : null;
    }

    /// <summary>True for the application identifiers with which a Digital Link can begin.</summary>
    internal static bool IsPrimary(string ai) => Array.Exists(s_primary, key => key.Ai == ai);

    /// <summary>True if the element can be part of a key.</summary>
    internal static bool IsValid(Gs1Element element) => Normalized(element) is not null;

    /// <summary>True if the elements hold a primary key.</summary>
    internal static bool IsIn(List<Gs1Element> elements) =>
        elements.Exists(element => IsPrimary(element.Ai) && IsValid(element));

    private static string Together(List<Gs1Element> elements) =>
        Text(elements.OrderBy(e => e.Ai, StringComparer.Ordinal).ThenBy(e => e.Value, StringComparer.Ordinal));

    /// <summary>
    /// The keys that the elements may be registered under, the likeliest first. An item with a serial number may be
    /// registered without the batch and variant that stand beside it. Elements without primary key are one key, all
    /// together.
    /// </summary>
    internal static List<string> Of(List<Gs1Element> elements)
    {
        var keys = new List<string>();
        foreach (var (primary, qualifiers) in s_primary)
        {
            // A qualifier that cannot be read must not make the key of a whole class out of that of one piece.
            List<Gs1Element> parts = [.. qualifiers.SelectMany(ai => All(elements, ai))];
            if (
                All(elements, primary) is not [{ Value.Length: > 0 } key]
                || !AreClear(parts)
                || (primary == "415" && parts.Count == 0)
            )
            {
                continue;
            }
            keys.Add(Text([key, .. parts]));
            if (parts.Count > 1 && parts.Exists(part => part.Ai == "21"))
            {
                keys.Add(Text([key, parts.Find(part => part.Ai == "21")]));
            }
        }
        if (keys.Count == 0)
        {
            keys.Add(Together(elements));
        }
        return keys;
    }

    /// <summary>True if each of the elements can be read, and no two say the same.</summary>
    private static bool AreClear(List<Gs1Element> parts) =>
        parts.TrueForAll(part => part.Value.Length > 0) && parts.DistinctBy(part => part.Ai).Count() == parts.Count;

    /// <summary>The elements in the order read, as keys once were; null if brackets make them ambiguous.</summary>
    internal static string? AsRead(List<Gs1Element> elements)
    {
        var text = string.Concat(
            elements.Select(e => $"({e.Ai}){(e.Ai == "01" ? e.Value.PadLeft(14, '0') : e.Value)}")
        );
        return
            Gs1Elements.Bracketed(text, out _) is { } again
            && again.Select(e => e.Value.Length).SequenceEqual(elements.Select(e => e.Value.Length))
            ? text
            : null;
    }

    /// <summary>What is wrong with a key or qualifier among the elements, or null.</summary>
    internal static Text? FaultOf(List<Gs1Element> elements)
    {
        foreach (var (ai, value) in elements)
        {
            if (!s_values.TryGetValue(ai, out var rule))
            {
                continue;
            }
            if (Normalized(new Gs1Element(ai, value)) is not { } normal)
            {
                return rule.Digits > 1
                    ? new($"({ai}) needs {rule.Digits} digits", $"({ai}) 应为 {rule.Digits} 位数字")
                    : new(
                        $"({ai}) has {value.Length} characters and takes {rule.Max}; does the scanner send the "
                            + "separators (GS)?",
                        $"({ai}) 有 {value.Length} 个字符，最多 {rule.Max} 个；请确认扫描器会发送分隔符（GS）"
                    );
            }
            if (rule.Checked > 0 && !IsChecked(normal.AsSpan(0, rule.Checked)))
            {
                var digit = CheckDigit(normal.AsSpan(0, rule.Checked - 1));
                return new($"the check digit of ({ai}) should be {digit}", $"({ai}) 的校验位应为 {digit}");
            }
        }
        return null;
    }

    /// <summary>True if an element has a check digit, and it is right.</summary>
    internal static bool HasRightCheckDigit(Gs1Element element) =>
        s_values.TryGetValue(element.Ai, out var rule)
        && rule.Checked > 0
        && Normalized(element) is { } value
        && IsChecked(value.AsSpan(0, rule.Checked));

    /// <summary>True for 8, 12, 13 or 14 digits with their check digit, as EAN, UPC and ITF-14 hold them.</summary>
    internal static bool IsTradeItem(string text) =>
        text.Length is 8 or 12 or 13 or 14 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') && IsChecked(text);

    /// <summary>True if the last of the digits is the check digit of those before it.</summary>
    internal static bool IsChecked(ReadOnlySpan<char> digits) => CheckDigit(digits[..^1]) == digits[^1];

    /// <summary>The check digit of GS1 numbers: weights 3 and 1 from the right, modulo 10.</summary>
    internal static char CheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            sum += (digits[^(i + 1)] - '0') * (i % 2 == 0 ? 3 : 1);
        }
        return (char)('0' + (10 - sum % 10) % 10);
    }

    /// <summary>The different elements of an application identifier, with empty values for those not valid.</summary>
    private static List<Gs1Element> All(List<Gs1Element> elements, string ai) =>
        [.. elements.Where(e => e.Ai == ai).Select(e => new Gs1Element(ai, Normalized(e) ?? "")).Distinct()];

    private static string? Normalized(Gs1Element element)
    {
        if (!s_values.TryGetValue(element.Ai, out var rule))
        {
            return null;
        }
        var value = element.Value.Trim();
        var isGrouped = rule.Digits > 1 && value.Contains(' ', StringComparison.Ordinal);
        if (isGrouped)
        {
            value = value.Replace(" ", "", StringComparison.Ordinal);
        }
        if (element.Ai == "01" && value.Length is 8 or 12 or 13)
        {
            value = value.PadLeft(14, '0');
        }
        if (
            value.Length < Math.Max(1, rule.Digits)
            || value.Length > rule.Max
            || value.AsSpan(0, rule.Digits).ContainsAnyExceptInRange('0', '9')
        )
        {
            return null;
        }
        // A field that follows after a blank is no group of the number.
        return isGrouped && rule.Checked > 0 && !IsChecked(value.AsSpan(0, rule.Checked)) ? null : value;
    }

    private static string Text(IEnumerable<Gs1Element> elements)
    {
        var text = new StringBuilder();
        foreach (var (ai, value) in elements)
        {
            text.Append('(').Append(ai).Append(')');
            foreach (var c in value)
            {
                text.Append(c is '(' or '\\' ? "\\" : "").Append(c);
            }
        }
        return text.ToString();
    }
}
