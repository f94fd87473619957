namespace IdResolution.HandleProtocol.Values;

/// <summary>Rules for names of handles: <c>prefix/suffix</c> (RFC 3651 §2). Only ASCII letters are folded.</summary>
public static class HandleName
{
    /// <summary>The start of every prefix handle.</summary>
    public const string PrefixHandleStart = "0.NA/";

    /// <summary>Splits a handle at its first slash. A handle without a slash is all prefix.</summary>
    public static (string Prefix, string Suffix) Split(string handle)
    {
        var slash = handle.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (handle, "") : (handle[..slash], handle[(slash + 1)..]);
    }

    /// <summary>The full form of a handle: text without a slash is a prefix and becomes its prefix handle.</summary>
    public static string Qualify(string handle) =>
        handle.Contains('/', StringComparison.Ordinal) ? handle : PrefixHandleStart + handle;

    /// <summary>True for a prefix handle, such as <c>0.NA/88.300.1</c>.</summary>
    public static bool IsPrefixHandle(string handle) =>
        handle.StartsWith(PrefixHandleStart, StringComparison.OrdinalIgnoreCase);

    /// <summary>The prefix handle of a handle's prefix. It holds the prefix's administrators and site.</summary>
    public static string PrefixHandleOf(string handle) => PrefixHandleStart + Split(Qualify(handle)).Prefix;

    /// <summary>
    /// The prefix that a derived prefix comes from: <c>88.300</c> for <c>88.300.1</c>; null if it has no dot.
    /// </summary>
    public static string? ParentPrefix(string prefix)
    {
        var dot = prefix.LastIndexOf('.');
        return dot < 0 ? null : prefix[..dot];
    }

    /// <summary>The text with its ASCII letters in upper case.</summary>
    public static string Fold(string text) =>
        string.Create(
            text.Length,
            text,
            (folded, from) =>
            {
                for (var i = 0; i < folded.Length; i++)
                {
                    folded[i] = char.IsAsciiLetterLower(from[i]) ? (char)(from[i] & ~0x20) : from[i];
                }
            }
        );

    /// <summary>Turns ASCII letters of UTF-8 text into upper case, in place.</summary>
    public static void Fold(Span<byte> utf8)
    {
        foreach (ref var b in utf8)
        {
            b = Folded(b);
        }
    }

    /// <summary>True if two texts are equal, apart from the case of ASCII letters.</summary>
    public static bool SameFolded(string left, string right) =>
        string.Equals(Fold(left), Fold(right), StringComparison.Ordinal);

    /// <summary>True if two texts in UTF-8 are equal, apart from the case of ASCII letters.</summary>
    public static bool SameFolded(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }
        for (var i = 0; i < left.Length; i++)
        {
            if (Folded(left[i]) != Folded(right[i]))
            {
                return false;
            }
        }
        return true;
    }

    private static byte Folded(byte b) => b is >= (byte)'a' and <= (byte)'z' ? (byte)(b & ~0x20) : b;
}
