namespace IdResolution.Server.Labels;

/// <summary>Finds where an identifier may be broken into lines: after separators. Its parts stay whole.</summary>
internal static class IdentifierText
{
    /// <summary>The parts of an identifier. Each but the last ends with its separators.</summary>
    public static IEnumerable<string> Parts(string identifier)
    {
        var start = 0;
        for (var i = 1; i < identifier.Length; i++)
        {
            if (IsSeparator(identifier[i - 1]) && !IsSeparator(identifier[i]))
            {
                yield return identifier[start..i];
                start = i;
            }
        }
        yield return identifier[start..];
    }

    private static bool IsSeparator(char c) => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c);
}
