namespace IdResolution.Core.CodingRules;

/// <summary>The characters that are taken for each other in print: 0 O, 1 I, 8 B, 5 S, 2 Z.</summary>
public static class LookAlikes
{
    private static readonly string[] s_pairs = ["0O", "1I", "8B", "5S", "2Z"];

    /// <summary>The character in upper case and the one it is taken for, if there is one.</summary>
    public static string Of(char c)
    {
        var upper = char.IsAsciiLetterLower(c) ? (char)(c - 0x20) : c;
        return Array.Find(s_pairs, pair => pair.Contains(upper, StringComparison.Ordinal)) ?? upper.ToString();
    }

    /// <summary>The character that it is taken for, or null.</summary>
    public static char? Other(char c) => Of(c) is [var a, var b] ? (a == c ? b : a) : null;
}
