namespace IdResolution.HandleProtocol.Values;

/// <summary>Rules for names of handles: <c>prefix/suffix</c> (RFC 3651 §2). Only ASCII letters fold.</summary>
public static class HandleName
{
    /// <summary>What the handles of prefixes begin with.</summary>
    public const string PrefixHandleStart = "0.NA/";

    /// <summary>Prefix and suffix, parted by the first slash; without one all is prefix.</summary>
    public static (string Prefix, string Suffix) Split(string handle)
    {
        var slash = handle.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (handle, "") : (handle[..slash], handle[(slash + 1)..]);
    }

    /// <summary>The handle in full: one without a slash is the handle of a prefix.</summary>
    public static string Qualify(string handle) =>
        handle.Contains('/', StringComparison.Ordinal) ? handle : PrefixHandleStart + handle;

    /// <summary>True for the handle of a prefix, such as <c>0.NA/88.300.1</c>.</summary>
    public static bool IsPrefixHandle(string handle) =>
        handle.StartsWith(PrefixHandleStart, StringComparison.OrdinalIgnoreCase);

    /// <summary>The handle that holds administrators and site of the prefix a handle has.</summary>
    public static string PrefixHandleOf(string handle) => PrefixHandleStart + Split(Qualify(handle)).Prefix;

    /// <summary>
    /// The prefix a derived prefix comes from: <c>88.300</c> of <c>88.300.1</c>; null of one that is not derived.
    /// </summary>
    public static string? ParentPrefix(string prefix)
    {
        var dot = prefix.LastIndexOf('.');
        return dot < 0 ? null : prefix[..dot];
    }

    /// <summary>The text with ASCII letters as capitals.</summary>
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

    /// <summary>Makes ASCII letters of UTF-8 capitals, in place.</summary>
    public static void Fold(Span<byte> utf8)
    {
        foreach (ref var b in utf8)
        {
            b = Folded(b);
        }
    }

    /// <summary>True where two texts differ in the case of ASCII letters at most.</summary>
    public static bool SameFolded(string left, string right) =>
        string.Equals(Fold(left), Fold(right), StringComparison.Ordinal);

    /// <summary>True where two texts in UTF-8 differ in the case of ASCII letters at most.</summary>
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
