using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// A Handle prefix such as <c>88.300.15907541011</c>: <c>[0-9]+(\.[A-Za-z0-9]+)*</c>. Compared without regard to case.
/// </summary>
public sealed class Prefix : IEquatable<Prefix>
{
    /// <summary>The greatest length in characters.</summary>
    public const int MaxLength = 200;

    private byte[]? _utf8;

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

    /// <summary>
    /// True for this prefix and for those that extend it by a dot and more: 88.300.1 covers 88.300.1.2, not 88.300.12.
    /// </summary>
    public bool Covers(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return prefix.StartsWith(Folded, StringComparison.OrdinalIgnoreCase)
            && (prefix.Length == Folded.Length || prefix[Folded.Length] == '.');
    }

    /// <summary>
    /// True if the prefix of an identifier is this one or extends it, by the folded bytes of its lookup key. Allocates
    /// nothing.
    /// </summary>
    public bool Covers(ReadOnlySpan<byte> foldedKey)
    {
        var own = _utf8 ??= Encoding.ASCII.GetBytes(Folded);
        return foldedKey.Length > own.Length
            && foldedKey[own.Length] is (byte)'.' or (byte)'/'
            && foldedKey.StartsWith(own);
    }

    /// <summary>
    /// The bounds of the lookup keys whose prefix this covers: the lowest, and the first beyond. In ASCII the dot is
    /// followed by the slash, so they lie together.
    /// </summary>
    public (LookupKey From, LookupKey Before) CoveredKeys =>
        (LookupKey.Of(Folded + "."), LookupKey.Of(Folded + (char)('/' + 1)));

    /// <inheritdoc/>
    public bool Equals(Prefix? other) => other is not null && Folded == other.Folded;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Prefix);

    /// <inheritdoc/>
    public override int GetHashCode() => Folded.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
