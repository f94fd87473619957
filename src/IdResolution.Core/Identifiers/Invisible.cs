using System.Globalization;
using System.Text;

namespace IdResolution.Core.Identifiers;

/// <summary>Characters that nobody sees in print: they make two identifiers that look the same.</summary>
internal static class Invisible
{
    // Beside the category of format characters: those that Unicode calls default ignorable, and empty glyphs.
    private static readonly (int First, int Last)[] s_ranges =
    [
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2028, 0x2029),
        (0x2065, 0x2065),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFF8),
        (0xE0000, 0xE0FFF),
    ];

    /// <summary>True for a UTF-16 code unit that alone is invisible.</summary>
    public static bool IsIn(char c) =>
        c > '\x7f' && (char.GetUnicodeCategory(c) == UnicodeCategory.Format || IsListed(c));

    /// <summary>True for an invisible or directional character, or one that Unicode has not assigned.</summary>
    public static bool IsUnprintable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
        || IsListed(rune.Value);

    private static bool IsListed(int value) =>
        Array.Exists(s_ranges, range => value >= range.First && value <= range.Last);
}
