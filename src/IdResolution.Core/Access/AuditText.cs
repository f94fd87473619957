using System.Globalization;
using System.Text;

namespace IdResolution.Core.Access;

/// <summary>Makes texts fit for the audit log: bounded, one line, and the same in every store.</summary>
public static class AuditText
{
    /// <summary>The greatest length of a text in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>
    /// Cuts a text to a length. What is no whole character, and what may make a text look like another one or like two
    /// lines (control and format characters, such as those that turn the direction, and separators of lines), become
    /// U+FFFD.
    /// </summary>
    public static string Of(string? text, int max = MaxLength)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }
        var made = new StringBuilder(Math.Min(text.Length, max));
        foreach (var rune in text.EnumerateRunes())
        {
            if (made.Length + rune.Utf16SequenceLength > max)
            {
                break;
            }
            made.Append(IsShown(rune) ? rune : Rune.ReplacementChar);
        }
        return made.ToString();
    }

    private static bool IsShown(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );
}
