using System.Text;

namespace IdResolution.Server.Labels;

/// <summary>
/// Sets text in font 0, whose widths are estimated: 0.6 of the height for ASCII, the full height for wider scripts.
/// </summary>
internal static class ZplText
{
    private const string Cut = "...";

    /// <summary>Breaks a text into lines anywhere, losing nothing.</summary>
    public static IEnumerable<string> Wrap(string text, int width, int height)
    {
        var line = new StringBuilder();
        var used = 0.0;
        foreach (var rune in text.EnumerateRunes())
        {
            var advance = Advance(rune, height);
            if (line.Length > 0 && used + advance > width)
            {
                yield return line.ToString();
                line.Clear();
                used = 0;
            }
            line.Append(rune.ToString());
            used += advance;
        }
        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }

    /// <summary>The text on one line, its end replaced by dots where it is too wide.</summary>
    public static string OneLine(string text, int width, int height)
    {
        if (Width(text, height) <= width)
        {
            return text;
        }
        var room = width - (int)Width(Cut, height);
        return Wrap(text, Math.Max(room, 0), height).First() + Cut;
    }

    private static double Width(string text, int height) => text.EnumerateRunes().Sum(rune => Advance(rune, height));

    private static double Advance(Rune rune, int height) => rune.IsAscii ? 0.6 * height : height;
}
