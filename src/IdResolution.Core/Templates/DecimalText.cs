using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace IdResolution.Core.Templates;

/// <summary>
/// Exact decimal numbers as text: no exponent, no superfluous zeros, no <c>-0</c>, at most 100 digits.
/// </summary>
public static class DecimalText
{
    private const int MaxDigits = 100;

    /// <summary>Canonicalises a number in JSON syntax. A leading <c>+</c> and leading zeros are accepted.</summary>
    public static bool TryCanonicalise(string text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        var signed = text.Length > 0 && text[0] is '-' or '+';
        var at = signed ? 1 : 0;
        Span<char> digits = stackalloc char[MaxDigits];
        if (!TryDigits(text, ref at, digits, out var count, out var scale) || !TryExponent(text.AsSpan(at), ref scale))
        {
            return false;
        }
        var significant = WithoutZeros(digits[..count], ref scale);
        canonical = significant.IsEmpty ? "0" : Place(significant, scale, negative: signed && text[0] == '-');
        return canonical is not null;
    }

    /// <summary>Reads digits and the decimal point, and skips leading zeros.</summary>
    private static bool TryDigits(string text, ref int at, Span<char> digits, out int count, out int scale)
    {
        count = 0;
        scale = 0;
        var pointAt = -1;
        var seen = false;
        for (; at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'); at++)
        {
            if (text[at] == '.')
            {
                if (pointAt >= 0 || !seen)
                {
                    return false;
                }
                pointAt = count;
                continue;
            }
            seen = true;
            if (count == 0 && text[at] == '0' && pointAt < 0)
            {
                continue;
            }
            if (count == MaxDigits)
            {
                return false;
            }
            digits[count++] = text[at];
        }
        scale = pointAt < 0 ? 0 : count - pointAt;
        return seen && text[at - 1] != '.';
    }

    /// <summary>Reads an optional exponent at the end.</summary>
    private static bool TryExponent(ReadOnlySpan<char> text, ref int scale)
    {
        if (text.IsEmpty)
        {
            return true;
        }
        if (
            text[0] is not ('e' or 'E')
            || text.Length is < 2 or > 5
            || !int.TryParse(text[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
        )
        {
            return false;
        }
        scale -= exponent;
        return true;
    }

    private static ReadOnlySpan<char> WithoutZeros(ReadOnlySpan<char> digits, ref int scale)
    {
        var trimmed = digits.TrimEnd('0');
        scale -= digits.Length - trimmed.Length;
        return trimmed.TrimStart('0');
    }

    /// <summary>Compares two canonical numbers exactly: -1, 0 or 1.</summary>
    public static int Compare(string left, string right)
    {
        var leftNegative = left[0] == '-';
        if (leftNegative != (right[0] == '-'))
        {
            return leftNegative ? -1 : 1;
        }
        var magnitude = leftNegative
            ? CompareMagnitude(right.AsSpan(1), left.AsSpan(1))
            : CompareMagnitude(left, right);
        return Math.Sign(magnitude);
    }

    /// <summary>
    /// Makes 16 hexadecimal digits. As text they sort in the order of the numbers, to the precision of a double.
    /// </summary>
    public static string SortKey(string canonical)
    {
        var bits = BitConverter.DoubleToInt64Bits(double.Parse(canonical, CultureInfo.InvariantCulture));
        var ordered = bits < 0 ? ~bits : bits ^ long.MinValue;
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, ordered);
        return Convert.ToHexString(bytes);
    }

    private static string? Place(ReadOnlySpan<char> digits, int scale, bool negative)
    {
        var before = digits.Length - scale;
        if (before > MaxDigits || scale > MaxDigits)
        {
            return null;
        }
        var sign = negative ? "-" : "";
        if (scale <= 0)
        {
            return string.Concat(sign, digits, new string('0', -scale));
        }
        return before <= 0
            ? string.Concat(sign, "0.", new string('0', -before), digits)
            : string.Concat(string.Concat(sign, digits[..before]), ".", digits[before..]);
    }

    private static int CompareMagnitude(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var leftPoint = left.IndexOf('.');
        var rightPoint = right.IndexOf('.');
        var leftWhole = leftPoint < 0 ? left : left[..leftPoint];
        var rightWhole = rightPoint < 0 ? right : right[..rightPoint];
        if (leftWhole.Length != rightWhole.Length)
        {
            return leftWhole.Length - rightWhole.Length;
        }
        var whole = leftWhole.SequenceCompareTo(rightWhole);
        if (whole != 0)
        {
            return whole;
        }
        var leftDecimals = leftPoint < 0 ? [] : left[(leftPoint + 1)..];
        var rightDecimals = rightPoint < 0 ? [] : right[(rightPoint + 1)..];
        return leftDecimals.SequenceCompareTo(rightDecimals);
    }
}
