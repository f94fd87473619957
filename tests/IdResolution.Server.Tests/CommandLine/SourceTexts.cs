using System.Text.RegularExpressions;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>
/// The string literals of a C# file, in their order. Those within an interpolation belong to the outer one.
/// </summary>
internal static partial class SourceTexts
{
    /// <summary>A literal.</summary>
    /// <param name="Line">The number of its line, from 1.</param>
    /// <param name="Text">The literal as it is written.</param>
    /// <param name="Before">The code between the literal before it, or the beginning of the file, and this one.</param>
    public sealed record Literal(int Line, string Text, string Before);

    public static List<Literal> Of(string source)
    {
        var literals = new List<Literal>();
        var end = 0;
        for (var at = 0; at < source.Length; )
        {
            if (Skipped().Match(source, at) is { Success: true } skipped)
            {
                at += skipped.Length;
            }
            else if (Opening().IsMatch(source, at))
            {
                var (start, line) = (at, 1 + source.AsSpan(0, at).Count('\n'));
                at = End(source, at);
                literals.Add(new Literal(line, source[start..at], source[end..start]));
                end = at;
            }
            else
            {
                at++;
            }
        }
        return literals;
    }

    private static int End(string source, int at)
    {
        var opening = Opening().Match(source, at);
        var quotes = opening.Groups["quotes"].Value;
        at += opening.Length;
        if (quotes.Length > 1)
        {
            return source.IndexOf(quotes, at, StringComparison.Ordinal) + quotes.Length;
        }
        var isInterpolated = opening.Value.Contains('$', StringComparison.Ordinal);
        var isVerbatim = opening.Value.Contains('@', StringComparison.Ordinal);
        for (; source[at] != '"' || (isVerbatim && source[at + 1] == '"'); at++)
        {
            if (source[at] == '{' && isInterpolated && source[at + 1] != '{')
            {
                at = EndOfHole(source, at + 1);
            }
            else if (source[at] == '"' || (source[at] == '\\' && !isVerbatim) || (source[at] == '{' && isInterpolated))
            {
                at++;
            }
        }
        return at + 1;
    }

    /// <summary>The position of the brace that ends a hole of an interpolation.</summary>
    private static int EndOfHole(string source, int at)
    {
        for (var depth = 1; ; at++)
        {
            while (Opening().IsMatch(source, at))
            {
                at = End(source, at);
            }
            if (Skipped().Match(source, at) is { Success: true } skipped)
            {
                at += skipped.Length;
            }
            depth += source[at] switch
            {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if (depth == 0)
            {
                return at;
            }
        }
    }

    /// <summary>Comments and characters, which may hold quotes.</summary>
    [GeneratedRegex(@"\G(?://[^\n]*|/\*.*?\*/|'(?:\\[^']+|[^'\\])')", RegexOptions.Singleline)]
    private static partial Regex Skipped();

    [GeneratedRegex("""\G[$@]*(?<quotes>"{3,}|")""")]
    private static partial Regex Opening();
}
