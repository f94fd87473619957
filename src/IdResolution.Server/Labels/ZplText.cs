using System.Text;

namespace IdResolution.Server.Labels;

/// <summary>
/// Breaks text in font 0 into lines. Estimated widths: 0.6 of the height for ASCII, else the full height.
/// </summary>
internal static class ZplText
{
    private const string Cut = "...";

    /// <summary>
    /// Breaks a text into lines: after blanks, and around characters beyond ASCII, where Chinese is broken. A word that
    /// is wider than a line is broken anywhere. Nothing is cut off but blanks at the ends of lines.
    /// </summary>
    public static List<string> Wrap(string text, int width, int height) => Wrap(Words(text), width, height);

    /// <summary>Breaks the parts of a text into lines. A part that is wider than a line is broken anywhere.</summary>
    public static List<string> Wrap(IEnumerable<string> parts, int width, int height)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var part in parts)
        {
            if (line.Length > 0 && !Fits(line + part, width, height))
            {
                lines.Add(line.TrimEnd());
                line = "";
            }
            line += part;
            while (!Fits(line, width, height) && Start(line, width, height) is var start && start < line.Length)
            {
                lines.Add(line[..start]);
                line = line[start..];
            }
        }
        if (line.Length > 0)
        {
            lines.Add(line.TrimEnd());
        }
        return lines;
    }

    /// <summary>The first lines of a text. Dots replace what is cut off behind them.</summary>
    public static IEnumerable<string> Lines(string text, int width, int height, int count)
    {
        var lines = Wrap(text, width, height);
        if (lines.Count <= count)
        {
            return lines;
        }
        var room = width - (int)Width(Cut, height);
        var last = lines[count - 1];
        return lines.Take(count - 1).Append(last[..Start(last, room, height)] + Cut);
    }

    /// <summary>True if a text fits a line.</summary>
    public static bool Fits(string text, int width, int height) => Width(text.TrimEnd(), height) <= width;

    /// <summary>How many characters of a text fit a line, at least one.</summary>
    private static int Start(string text, int width, int height)
    {
        var (length, used) = (0, 0.0);
        foreach (var rune in text.EnumerateRunes())
        {
            used += Advance(rune, height);
            if (used > width && length > 0)
            {
                break;
            }
            length += rune.Utf16SequenceLength;
        }
        return length;
    }

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (word.Length > 0 && (!rune.IsAscii || word[^1] is ' ' or > '\x7F') && !Rune.IsWhiteSpace(rune))
            {
                yield return word.ToString();
                word.Clear();
            }
            word.Append(rune.ToString());
        }
        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private static double Width(string text, int height) => text.EnumerateRunes().Sum(rune => Advance(rune, height));

    private static double Advance(Rune rune, int height) => rune.IsAscii ? 0.6 * height : height;
}
