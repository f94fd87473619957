using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// A Handle prefix such as <c>88.300.15907541011</c>: <c>[0-9]+(\.[A-Za-z0-9]+)*</c>. Compared without regard to case.
/// </summary>
public sealed class Prefix : IEquatable<Prefix>
{
    /// <summary>The greatest length in characters.</summary>
    public const int MaxLength = 200;

    private Prefix(string text)
    {
        Text = text;
        Folded = text.ToUpperInvariant();
    }

    /// <summary>The prefix in the spelling given.</summary>
    public string Text { get; }

    /// <summary>The prefix in upper case. Comparisons use it.</summary>
    public string Folded { get; }

    /// <summary>Parses a prefix of at most 200 characters; false for any other text.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Prefix? prefix)
    {
        prefix = text is not null && IsValid(text) ? new Prefix(text) : null;
        return prefix is not null;
    }

    /// <summary>True if the text is a prefix of at most 200 characters. Allocates nothing.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }
        var first = true;
        var atStart = true;
        foreach (var c in text)
        {
            if (c == '.')
            {
                if (atStart)
                {
                    return false;
                }
                first = false;
                atStart = true;
            }
            else if (char.IsAsciiDigit(c) || (!first && char.IsAsciiLetter(c)))
            {
                atStart = false;
            }
            else
            {
                return false;
            }
        }
        return !atStart;
    }

    /// <inheritdoc/>
    public bool Equals(Prefix? other) => other is not null && Folded == other.Folded;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Prefix);

    /// <inheritdoc/>
    public override int GetHashCode() => Folded.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
