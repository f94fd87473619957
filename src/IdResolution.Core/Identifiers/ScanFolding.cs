using System.Globalization;
using System.Text;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// Undoes what scanners, keyboard layouts and input methods do to a text. Look-alike letters are never touched.
/// </summary>
internal static class ScanFolding
{
    // ISO/IEC 15424: the symbologies whose modifier says that the text is GS1 elements, and that of the ECI escape.
    private static readonly string[] s_gs1 = ["C1", "d2", "d5", "e0", "e1", "e2", "e3", "J1", "J4", "Q3", "Q4"];
    private static readonly string[] s_escaped =
    [
        "d4",
        "d5",
        "d6",
        "J3",
        "J4",
        "J5",
        "Q2",
        "Q4",
        "Q6",
        "z3",
        "z4",
        "z5",
    ];

    /// <summary>
    /// Cuts control characters and blanks off both ends, but no separator off the start, and then an AIM symbology
    /// identifier.
    /// </summary>
    /// <param name="text">The text as read.</param>
    /// <param name="symbology">Letter and modifier of what was cut off, such as <c>d2</c>; empty for none.</param>
    public static string Trim(string text, out string symbology)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && text[start] != Gs1Elements.Separator && IsEdge(text[start]))
        {
            start++;
        }
        while (end > start && IsEdge(text[end - 1]))
        {
            end--;
        }
        symbology = "";
        if (
            end - start > 2
            && text[start] == ']'
            && char.IsAsciiLetter(text[start + 1])
            && char.IsAsciiLetterOrDigit(text[start + 2])
        )
        {
            symbology = text.Substring(start + 1, 2);
            start += 3;
        }
        return text[start..end];
    }

    /// <summary>True if the symbology says that GS1 elements follow.</summary>
    public static bool IsGs1(string symbology) => Array.IndexOf(s_gs1, symbology) >= 0;

    /// <summary>True if the symbology says that backslashes are escaped.</summary>
    public static bool IsEscaped(string symbology) => Array.IndexOf(s_escaped, symbology) >= 0;

    /// <summary>
    /// Removes the escapes of a scanner in ECI mode: <c>\nnnnnn</c> names a character set, <c>\\</c> is a backslash.
    /// </summary>
    public static string WithoutEscapes(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsEscape(text, i))
            {
                i += 6;
                continue;
            }
            plain.Append(text[i]);
            i += text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '\\' ? 1 : 0;
        }
        return plain.ToString();
    }

    /// <summary>True if an escape of ECI mode stands at a position.</summary>
    public static bool IsEscape(string text, int at) =>
        text.Length - at > 6 && text[at] == '\\' && !text.AsSpan(at + 1, 6).ContainsAnyExceptInRange('0', '9');

    /// <summary>
    /// Folds full-width forms, look-alike hyphens, slashes and dots, and all blanks to ASCII, and drops invisible
    /// characters. Control characters stay.
    /// </summary>
    public static string Fold(string text)
    {
        var at = text.AsSpan().IndexOfAnyExceptInRange('\0', '\x7e');
        if (at < 0)
        {
            return text;
        }
        var folded = new StringBuilder(text, 0, at, text.Length);
        for (var i = at; i < text.Length; i++)
        {
            var c = Fold(text[i]);
            if (!Invisible.IsIn(c))
            {
                folded.Append(c);
            }
        }
        return folded.ToString();
    }

    private static char Fold(char c) =>
        c switch
        {
            >= '\uff01' and <= '\uff5e' => (char)(c - 0xfee0),
            (>= '\u2010' and <= '\u2015') or '\u2212' or '\u2043' or '\u02d7' or '\ufe58' => '-',
            // Small forms, such as ﹣ and ﹨: each is one character by NFKC.
            >= '\ufe50' and <= '\ufe6b' => c.ToString().Normalize(NormalizationForm.FormKC)[0],
            '\u2044' or '\u2215' or '\u29f8' => '/',
            // What Chinese input methods make of the keys . and / and of brackets.
            '\u3002' or '\uff61' or '\u2024' => '.',
            '\u3001' => '/',
            '\u3010' => '[',
            '\u3011' => ']',
            '\u300a' => '<',
            '\u300b' => '>',
            _ => char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator ? ' ' : c,
        };

    private static bool IsEdge(char c) => char.IsControl(c) || char.IsWhiteSpace(c);
}
