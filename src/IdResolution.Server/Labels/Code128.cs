using System.Text;

namespace IdResolution.Server.Labels;

/// <summary>
/// A Code 128 symbol in the form that <c>^BC</c> expects in mode N (ZPL II Programming Guide, "Code 128 invocation
/// characters"). Each change of subset is written out, and characters that could start one are escaped. Runs of digits
/// use subset C, which holds two digits in one symbol character.
/// </summary>
/// <param name="FieldData">The invocation codes and the data, not yet escaped for <c>^FH</c>.</param>
/// <param name="Modules">The width in modules without quiet zones.</param>
internal readonly record struct Code128(string FieldData, int Modules)
{
    /// <summary>The width of the blank margin on the left and on the right, in modules.</summary>
    public const int QuietZone = 10;

    /// <summary>True for printable ASCII. Other characters of subsets B and C are not used here.</summary>
    public static bool CanEncode(string text) => text.All(c => c is >= ' ' and <= '~');

    /// <summary>Encodes a text for which <see cref="CanEncode"/> is true.</summary>
    public static Code128 Encode(string text)
    {
        var data = new StringBuilder(">:");
        var characters = 2; // start and check character
        for (var i = 0; i < text.Length; )
        {
            var digits = DigitsInPairs(text, i);
            if (digits > 0)
            {
                var goesBack = i + digits < text.Length;
                data.Append(">5").Append(text, i, digits).Append(goesBack ? ">6" : "");
                characters += 1 + (digits / 2) + (goesBack ? 1 : 0);
                i += digits;
                continue;
            }
            _ = text[i] switch
            {
                '>' => data.Append(">0"),
                '^' => data.Append("><"),
                '~' => data.Append(">="),
                var plain => data.Append(plain),
            };
            characters++;
            i++;
        }
        return new Code128(data.ToString(), (11 * characters) + 13);
    }

    /// <summary>
    /// How many digits are worth a change to subset C at this place: an even number, or 0 for no change.
    /// </summary>
    private static int DigitsInPairs(string text, int start)
    {
        var digits = text.Skip(start).TakeWhile(char.IsAsciiDigit).Count();
        // The change to C and back costs two characters and saves one per pair of digits. At the end of the text there
        // is no change back. If the last run is odd, its first digit stays in subset B.
        var atEnd = start + digits == text.Length;
        if (digits < (atEnd ? 4 : 6) || (atEnd && digits % 2 == 1))
        {
            return 0;
        }
        return digits - (digits % 2);
    }
}
