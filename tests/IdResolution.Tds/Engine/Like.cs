namespace IdResolution.Tds.Engine;

/// <summary>LIKE with %, _, [a-z], [^a-z] and ESCAPE.</summary>
internal static class Like
{
    public static bool Matches(string text, string pattern, string? escape, bool foldsCase)
        => foldsCase
            ? Matches(text.ToUpperInvariant(), pattern.ToUpperInvariant(), escape?.ToUpperInvariant())
            : Matches(text, pattern, escape);

    private static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern, string? escape)
    {
        while (pattern.Length > 0)
        {
            if (pattern[0] == '%')
            {
                for (var start = 0; start <= text.Length; start++)
                {
                    if (Matches(text[start..], pattern[1..], escape))
                    {
                        return true;
                    }
                }

                return false;
            }

            var (matches, length) = text.Length == 0 ? (false, 1) : One(text[0], pattern, escape);
            if (!matches)
            {
                return false;
            }

            text = text[1..];
            pattern = pattern[length..];
        }

        return text.Trim(' ').Length == 0;
    }

    private static (bool Matches, int Length) One(char one, ReadOnlySpan<char> pattern, string? escape)
    {
        if (escape is { Length: 1 } && pattern[0] == escape[0] && pattern.Length > 1)
        {
            return (one == pattern[1], 2);
        }

        var close = pattern.IndexOf(']');
        if (pattern[0] != '[' || close < 0)
        {
            return (pattern[0] == '_' || pattern[0] == one, 1);
        }

        var set = pattern[1..close];
        var isNot = set.Length > 0 && set[0] == '^';
        set = isNot ? set[1..] : set;
        var found = false;
        for (var index = 0; index < set.Length; index++)
        {
            if (index + 2 < set.Length && set[index + 1] == '-')
            {
                found |= one >= set[index] && one <= set[index + 2];
                index += 2;
            }
            else
            {
                found |= set[index] == one;
            }
        }

        return (found != isNot, close + 1);
    }
}
