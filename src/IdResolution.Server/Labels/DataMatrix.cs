using System.Text;

namespace IdResolution.Server.Labels;

/// <summary>Calculates the size of a Data Matrix ECC 200 symbol, which the printer draws later.</summary>
internal static class DataMatrix
{
    // Side in modules and data codewords of the square symbols (ISO/IEC 16022 table 7).
    private static readonly (int Side, int Codewords)[] s_sizes =
    [
        (10, 3),
        (12, 5),
        (14, 8),
        (16, 12),
        (18, 18),
        (20, 22),
        (22, 30),
        (24, 36),
        (26, 44),
        (32, 62),
        (36, 86),
        (40, 114),
        (44, 144),
        (48, 174),
        (52, 204),
        (64, 280),
        (72, 368),
        (80, 456),
        (88, 576),
        (96, 696),
        (104, 816),
        (120, 1050),
        (132, 1304),
        (144, 1558),
    ];

    /// <summary>
    /// What follows the escape character of <c>^BX</c> to say that the text is UTF-8: ECI 26, which Zebra calls a code
    /// page.
    /// </summary>
    public const string Utf8 = "5026";

    /// <summary>The width of the blank border in modules.</summary>
    public const int QuietZone = 1;

    /// <summary>
    /// The side of the symbol in modules at most, however the printer packs the text. Null if it fits no symbol.
    /// </summary>
    public static int? Side(string text)
    {
        // The worst case is Base 256: a latch, up to two length codewords, and the bytes. Other schemes are shorter.
        // An ECI takes two more.
        var codewords = Encoding.UTF8.GetByteCount(text) + (Ascii.IsValid(text) ? 3 : 5);
        foreach (var (side, capacity) in s_sizes)
        {
            if (codewords <= capacity)
            {
                return side;
            }
        }
        return null;
    }

    /// <summary>
    /// A character that is not in the text, or null. As the escape parameter of <c>^BX</c>, it prevents the printer
    /// from finding escape sequences in the text. The default escape character (<c>~</c> or <c>_</c>) depends on the
    /// firmware.
    /// </summary>
    public static char? Escape(string text)
    {
        foreach (var candidate in "|{}`\\!\"#$%&'()*+;<=>?@[]")
        {
            if (!text.Contains(candidate, StringComparison.Ordinal))
            {
                return candidate;
            }
        }
        return null;
    }
}
