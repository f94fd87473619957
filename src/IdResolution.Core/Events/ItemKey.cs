using System.Text;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Events;

/// <summary>
/// The key of something that an event names: the lookup key of an identifier, registered here or not, or a text such as
/// <c>Hall 3</c> where something has no identifier, or the URI by which others know it. Texts begin with a zero byte,
/// which no identifier has.
/// </summary>
public readonly record struct ItemKey
{
    /// <summary>The greatest length of a key, in bytes.</summary>
    public const int MaxLength = LookupKey.MaxLength + 1;

    private ItemKey(LookupKey bytes) => Folded = bytes;

    /// <summary>The bytes of the key. Of an identifier, its lookup key.</summary>
    public LookupKey Folded { get; }

    /// <summary>True for a text, false for an identifier.</summary>
    public bool IsText => Folded.Bytes is [0, ..];

    /// <summary>The key of an identifier.</summary>
    public static ItemKey Of(Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return new ItemKey(identifier.Key);
    }

    /// <summary>
    /// The key of a text: ASCII letters count alike, but those of a URI, where they are others (RFC 3986 §6.2.2.1). The
    /// caller has checked that it has 1 to 255 bytes.
    /// </summary>
    public static ItemKey OfText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[1 + Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(1));
        if (!IsUri(text))
        {
            LookupKey.Fold(bytes);
        }
        return new ItemKey(new LookupKey(bytes));
    }

    /// <summary>True for a URN, or a URI with an authority: by these other companies name their items.</summary>
    public static bool IsUri(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.IndexOf(':', StringComparison.Ordinal);
        return end > 0
            && char.IsAsciiLetter(text[0])
            && (IsUrn(text) || text.AsSpan(end).StartsWith("://", StringComparison.Ordinal))
            && Uri.IsWellFormedUriString(text, UriKind.Absolute);
    }

    // urn:NAMESPACE:NAME (RFC 8141 §2).
    private static bool IsUrn(string text) =>
        text.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
        && text.IndexOf(':', "urn:".Length) is var end
        && end > "urn:".Length
        && end < text.Length - 1;

    /// <summary>The key with these bytes, from a store.</summary>
    public static ItemKey Stored(byte[] bytes) => new(new LookupKey(bytes));

    /// <summary>The folded identifier, or the folded text.</summary>
    public override string ToString() => IsText ? Encoding.UTF8.GetString(Folded.Bytes.AsSpan(1)) : Folded.ToString();
}
