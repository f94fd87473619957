using System.Text;

namespace IdResolution.Core.Access;

/// <summary>Makes texts fit for the audit log: bounded, one line, and the same in every store.</summary>
public static class AuditText
{
    /// <summary>The greatest length of a text in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>
    /// Cuts a text to a length. Control characters, and what is no whole character, become U+FFFD.
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
            made.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }
        return made.ToString();
    }
}
