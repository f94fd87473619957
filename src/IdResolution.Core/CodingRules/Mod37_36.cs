using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Core.CodingRules;

/// <summary>
/// The check character of ISO/IEC 7064 MOD 37,36 (hybrid system) over A–Z and 0–9, with letters folded to upper case.
/// The separators <c>- . _ / :</c> and space are skipped. It finds every single wrong character, and all but 1 in 630
/// swaps of neighbours.
/// </summary>
[SuppressMessage(
    "Naming",
    "CA1707:Identifiers should not contain underscores",
    Justification = "The name of the system in ISO/IEC 7064: MOD 37,36."
)]
public static class Mod37_36
{
    internal const int Modulus = 36;
    private const int Skipped = -1;
    private const int Refused = -2;

    /// <summary>
    /// Computes the check character of a text. False if the text holds a character that is neither covered nor skipped.
    /// </summary>
    /// <param name="text">
    /// The text without its check character. A text with nothing to cover has the check character 1.
    /// </param>
    /// <param name="check">The check character, 0–9 or A–Z.</param>
    /// <param name="offending">If false, the first character that is refused.</param>
    public static bool TryCompute(ReadOnlySpan<char> text, out char check, out char offending)
    {
        var state = Modulus;
        foreach (var c in text)
        {
            var value = ValueOf(c);
            if (value == Refused)
            {
                check = '\0';
                offending = c;
                return false;
            }
            if (value != Skipped)
            {
                state = Next(state + value);
            }
        }
        var number = (Modulus + 1 - state) % Modulus;
        check = (char)(number < 10 ? '0' + number : 'A' + number - 10);
        offending = '\0';
        return true;
    }

    /// <summary>True if the last covered character is the check character of those before it.</summary>
    public static bool IsValid(ReadOnlySpan<char> textWithCheck)
    {
        var state = Modulus;
        var sum = 0;
        foreach (var c in textWithCheck)
        {
            var value = ValueOf(c);
            if (value == Refused)
            {
                return false;
            }
            if (value != Skipped)
            {
                sum = state + value;
                state = Next(sum);
            }
        }
        return sum % Modulus == 1;
    }

    /// <summary>The position of the first character that is neither covered nor skipped, or -1.</summary>
    internal static int IndexOfRefused(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (ValueOf(text[i]) == Refused)
            {
                return i;
            }
        }
        return -1;
    }

    // One step of ISO/IEC 7064: the remainder by 36 (36 for 0), doubled, by 37. Always 1 to 36.
    internal static int Next(int sum)
    {
        var remainder = sum % Modulus;
        return (remainder == 0 ? Modulus : remainder) * 2 % (Modulus + 1);
    }

    private static int ValueOf(char c) =>
        c switch
        {
            >= '0' and <= '9' => c - '0',
            >= 'A' and <= 'Z' => c - 'A' + 10,
            >= 'a' and <= 'z' => c - 'a' + 10,
            '-' or '.' or '_' or '/' or ':' or ' ' => Skipped,
            _ => Refused,
        };
}
