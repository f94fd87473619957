using System.Globalization;
using System.Text;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// Makes text fit for a terminal. Much of it comes from files and servers of others, and nothing in it may control the
/// terminal, or reorder a line: such characters become escapes, <c>\u001b</c>.
/// </summary>
internal static class TerminalText
{
    /// <summary>Cleans a text that may have several lines and tabs.</summary>
    public static string Lines(string text) => Clean(text, mayBreak: true);

    /// <summary>Cleans a text of others that stands within a line. Line breaks and tabs become escapes too.</summary>
    public static string OneLine(string text) => Clean(text, mayBreak: false);

    private static string Clean(string text, bool mayBreak)
    {
        if (!text.Any(c => IsUnsafe(c, mayBreak)))
        {
            return text;
        }
        var clean = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsUnsafe(text[i], mayBreak))
            {
                clean.Append(text[i]);
            }
            else if (!mayBreak || text[i] != '\r' || i + 1 == text.Length || text[i + 1] != '\n')
            {
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
        }
        return clean.ToString();
    }

    private static bool IsUnsafe(char c, bool mayBreak) =>
        char.IsControl(c)
            ? !mayBreak || c is not ('\n' or '\t')
            : char.GetUnicodeCategory(c)
                is UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator;
}
