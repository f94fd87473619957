using System.Text;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Events;

/// <summary>
/// The key of something that an event names: the lookup key of an identifier, registered here or not, or a text such as
/// <c>Hall 3</c> where something has no identifier, or the URI by which others know an item. Texts begin with a zero
/// byte, URIs with a letter, those of GS1 keys with a bracket, identifiers with a digit.
/// </summary>
public readonly record struct ItemKey
{
    /// <summary>The greatest length of a key, in bytes.</summary>
    public const int MaxLength = LookupKey.MaxLength + 1;

    private ItemKey(LookupKey bytes) => Folded = bytes;

    /// <summary>The bytes of the key. Of an identifier, its lookup key.</summary>
    public LookupKey Folded { get; }

    /// <summary>True for a text or URI, false for an identifier.</summary>
    public bool IsText => Folded.Bytes is not [>= (byte)'0' and <= (byte)'9', ..];

    /// <summary>True for a URI. A record that has it as business key of source <c>gs1</c> is the item.</summary>
    public bool IsUri => IsText && Folded.Bytes is not [0, ..] and not [];

    /// <summary>The key of an identifier.</summary>
    public static ItemKey Of(Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return new ItemKey(identifier.Key);
    }

    /// <summary>
    /// The key of a text: ASCII letters count alike. The caller has checked that it has 1 to 255 bytes.
    /// </summary>
    public static ItemKey OfText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[1 + Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(1));
        LookupKey.Fold(bytes);
        return new ItemKey(new LookupKey(bytes));
    }

    /// <summary>
    /// The key of an item that others name by a URI (<see cref="ItemUri"/>). The caller has checked that it has 1 to
    /// 255 bytes.
    /// </summary>
    public static ItemKey OfUri(string uri) => new(new LookupKey(Encoding.UTF8.GetBytes(ItemUri.Canonical(uri))));

    /// <summary>The key with these bytes, from a store.</summary>
    public static ItemKey Stored(byte[] bytes) => new(new LookupKey(bytes));

    /// <summary>The folded identifier or text, or the canonical URI.</summary>
    public override string ToString() =>
        Folded.Bytes is [0, ..] ? Encoding.UTF8.GetString(Folded.Bytes.AsSpan(1)) : Folded.ToString();
}
