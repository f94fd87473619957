using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// A Handle prefix such as <c>88.300.15907541011</c>: <c>[0-9]+(\.[A-Za-z0-9]+)*</c>. Compared with ASCII letters
/// folded.
/// </summary>
public sealed class Prefix : IEquatable<Prefix>
{
    private Prefix(string text)
    {
        Text = text;
        Folded = text.ToUpperInvariant();
    }

    /// <summary>The spelling given.</summary>
    public string Text { get; }

    /// <summary>The form compared: ASCII upper case.</summary>
    public string Folded { get; }

    /// <summary>Takes a prefix of at most 200 characters; false for anything else.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Prefix? prefix)
    {
        prefix = text is not null && IsValid(text) ? new Prefix(text) : null;
        return prefix is not null;
    }

    /// <summary>True where the text has the form of a prefix.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 200)
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
