namespace IdResolution.Core.Primitives;

/// <summary>
/// The least that a secret must be which proves an identity to whoever asks over the network (OWASP ASVS 4.0.3 §2.1.1).
/// </summary>
internal static class SecretStrength
{
    /// <summary>The least length in bytes.</summary>
    public const int MinBytes = 12;

    private const int MinKinds = 5;

    /// <summary>True if a secret is long enough, and not the same few bytes again and again.</summary>
    public static bool IsStrong(ReadOnlySpan<byte> secret)
    {
        if (secret.Length < MinBytes)
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
}
