using System.Text;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// The key by which an identifier is found: its UTF-8 bytes with ASCII letters folded to upper case. Keys are compared
/// as bytes, so that no collation of a database can disagree (RFC 3651 §3).
/// </summary>
public readonly struct LookupKey : IEquatable<LookupKey>
{
    /// <summary>The greatest length of a key, in bytes.</summary>
    public const int MaxLength = 255;

    private readonly byte[]? _bytes;

    /// <summary>Wraps bytes that are already folded, such as bytes from a store. They are not copied.</summary>
    public LookupKey(byte[] folded) => _bytes = folded;

    /// <summary>The folded bytes; empty for the default value. Must not be written to.</summary>
    public byte[] Bytes => _bytes ?? [];

    /// <summary>The folded bytes of the identifier's prefix; empty for the default value.</summary>
    public ReadOnlySpan<byte> Prefix => Bytes.AsSpan(0, Math.Max(Bytes.AsSpan().IndexOf((byte)'/'), 0));

    /// <summary>
    /// Folds UTF-8 bytes in place. Bytes of longer sequences are above 0x7F, so only ASCII letters change.
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

    /// <summary>Makes the key of a text. The caller has checked its length.</summary>
    public static LookupKey Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Fold(bytes);
        return new LookupKey(bytes);
    }

    /// <summary>
    /// Folds the text of an identifier into a buffer, for the hot path. False if the text is too long, has no slash or
    /// is not printable ASCII; the caller then parses it.
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
    /// The lowest key above all keys that begin with this one. This key must not be empty. UTF-8 has no byte 0xFF, so
    /// the last byte can grow.
    /// </summary>
    public LookupKey Beyond()
    {
        var bytes = Bytes.AsSpan().ToArray();
        bytes[^1]++;
        return new LookupKey(bytes);
    }

    /// <summary>Hashes folded bytes, with a seed per process, so that callers cannot choose colliding keys.</summary>
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

    /// <summary>True if both keys have the same bytes.</summary>
    public static bool operator ==(LookupKey left, LookupKey right) => left.Equals(right);

    /// <summary>True if the keys have different bytes.</summary>
    public static bool operator !=(LookupKey left, LookupKey right) => !left.Equals(right);
}
