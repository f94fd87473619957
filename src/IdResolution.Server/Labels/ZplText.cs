using System.Text;

namespace IdResolution.Server.Labels;

/// <summary>
/// Breaks text in font 0 into lines. Estimated widths: 0.6 of the height for ASCII, else the full height.
/// </summary>
internal static class ZplText
{
    private const string Cut = "...";

    /// <summary>Breaks a text into lines. A break may come after any character; nothing is cut off.</summary>
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

    /// <summary>Cuts a text to one line. Dots replace the end of a text that is too wide.</summary>
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
