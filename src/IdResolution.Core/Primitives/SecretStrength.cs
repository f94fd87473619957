using System.Text.Unicode;

namespace IdResolution.Core.Primitives;

/// <summary>
/// The least that a secret must be which proves an identity to whoever asks over the network (OWASP ASVS 4.0.3 §2.1.1).
/// </summary>
internal static class SecretStrength
{
    /// <summary>The least length in characters; in bytes where it is no text.</summary>
    public const int MinLength = 12;

    private const int MinKinds = 5;

    /// <summary>True if a secret is long enough, and not the same few bytes again and again.</summary>
    public static bool IsStrong(ReadOnlySpan<byte> secret)
    {
        if (LengthOf(secret) < MinLength)
        {
            return false;
        }
        var different = new HashSet<byte>();
        foreach (var one in secret)
        {
            different.Add(one);
        }
        return different.Count >= MinKinds;
    }

    /// <summary>The number of characters of a text in UTF-8: bytes that do not go on with one. Else of bytes.</summary>
    private static int LengthOf(ReadOnlySpan<byte> secret)
    {
        if (!Utf8.IsValid(secret))
        {
            return secret.Length;
        }
        var length = 0;
        foreach (var one in secret)
        {
            length += (one & 0xC0) == 0x80 ? 0 : 1;
        }
        return length;
    }
}
