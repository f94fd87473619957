using System.Text;

namespace IdResolution.Server.Labels;

/// <summary>
/// A Code 128 symbol as <c>^BC</c> in mode N takes it: every shift written out, so that nothing in the data is taken
/// for one (ZPL II Programming Guide, "Code 128 invocation characters"). Runs of digits go to subset C, two to a symbol
/// character.
/// </summary>
/// <param name="FieldData">The invocation codes and the data, not yet escaped for <c>^FH</c>.</param>
/// <param name="Modules">The width in modules without quiet zones.</param>
internal readonly record struct Code128(string FieldData, int Modules)
{
    /// <summary>The modules that stay blank on each side.</summary>
    public const int QuietZone = 10;

    /// <summary>True for printable ASCII, all that subsets B and C are used for here.</summary>
    public static bool CanEncode(string text) => text.All(c => c is >= ' ' and <= '~');

    /// <summary>Encodes printable ASCII.</summary>
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

    /// <summary>How many digits from here on are worth going to subset C, an even number; 0 where none.</summary>
    private static int DigitsInPairs(string text, int start)
    {
        var digits = text.Skip(start).TakeWhile(char.IsAsciiDigit).Count();
        // Going to C and back costs two characters and saves one per pair; at the end there is no way back to pay for,
        // so of an odd run there the first digit stays outside.
        var atEnd = start + digits == text.Length;
        if (digits < (atEnd ? 4 : 6) || (atEnd && digits % 2 == 1))
        {
            return 0;
        }
        return digits - (digits % 2);
    }
}
