using System.Diagnostics.CodeAnalysis;

namespace IdResolution.Fuzzing.Driver;

/// <summary>What must hold. The texts say what was expected.</summary>
internal static class Hold
{
    public static void That([DoesNotReturnIf(false)] bool holds, string expected)
    {
        if (!holds)
        {
            throw new FindingException(expected);
        }
    }

    public static void Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, string expected)
    {
        if (!left.SequenceEqual(right))
        {
            throw new FindingException($"{expected}\n  {Convert.ToHexString(left)}\n  {Convert.ToHexString(right)}");
        }
    }

    public static void Same(string? left, string? right, string expected)
    {
        if (!string.Equals(left, right, StringComparison.Ordinal))
        {
            throw new FindingException($"{expected}\n  {left}\n  {right}");
        }
    }
}
