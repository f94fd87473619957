using System.Text;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// What an identifier is found by: its UTF-8 bytes with ASCII letters folded to upper case, at most
/// <see cref="MaxLength"/> of them. Compared as bytes, so that no collation can disagree (RFC 3651 §3).
/// </summary>
public readonly struct LookupKey : IEquatable<LookupKey>
{
    /// <summary>The longest key, in bytes.</summary>
    public const int MaxLength = 255;

    private readonly byte[]? _bytes;

    /// <summary>Wraps bytes that are folded already, as they come from a store.</summary>
    public LookupKey(byte[] folded) => _bytes = folded;

    /// <summary>The folded bytes. Not to be written to.</summary>
    public byte[] Bytes => _bytes ?? [];

    /// <summary>
    /// Folds bytes of UTF-8 in place. Bytes of longer sequences are above 0x7F, so that only ASCII letters change.
    /// </summary>
    public static void Fold(Span<byte> utf8)
    {
        foreach (ref var b in utf8)
        {
            if (b is >= (byte)'a' and <= (byte)'z')
            {
                b -= 0x20;
            }
        }
    }

    /// <summary>The key of a text; the caller has checked its length.</summary>
    public static LookupKey Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Fold(bytes);
        return new LookupKey(bytes);
    }

    /// <summary>
    /// Folds the printable ASCII text of an identifier into a buffer, for the hot path: false for anything out of the
    /// ordinary, which then takes the slow way.
    /// </summary>
    public static bool TryFoldAscii(ReadOnlySpan<char> text, Span<byte> folded, out int length)
    {
        length = 0;
        if (text.Length > folded.Length || !text.Contains('/'))
        {
            return false;
        }
        foreach (var c in text)
        {
            if (c is <= (char)0x20 or >= (char)0x7F)
            {
                return false;
            }
            folded[length++] = (byte)(c is >= 'a' and <= 'z' ? c - 0x20 : c);
        }
        return true;
    }

    /// <summary>
    /// The least key above all that begin with this one, which must not be empty; UTF-8 has no byte 0xFF, so there is
    /// one.
    /// </summary>
    public LookupKey Beyond()
    {
        var bytes = Bytes.AsSpan().ToArray();
        bytes[^1]++;
        return new LookupKey(bytes);
    }

    /// <summary>A hash of folded bytes, seeded per process, so that no caller can choose keys that collide.</summary>
    public static int HashOf(ReadOnlySpan<byte> folded)
    {
        var hash = new HashCode();
        hash.AddBytes(folded);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public bool Equals(LookupKey other) => Bytes.AsSpan().SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LookupKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashOf(Bytes);

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Bytes);

    /// <summary>Equality of bytes.</summary>
    public static bool operator ==(LookupKey left, LookupKey right) => left.Equals(right);

    /// <summary>Inequality of bytes.</summary>
    public static bool operator !=(LookupKey left, LookupKey right) => !left.Equals(right);
}
