using System.Diagnostics.CodeAnalysis;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What an item is called by who asks of it or records something: an identifier, or the URI of others.
/// </summary>
public sealed record ItemName
{
    private ItemName() { }

    /// <summary>The item by its identifier.</summary>
    public ItemName(Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        Identifier = identifier;
        Key = ItemKey.Of(identifier);
    }

    /// <summary>The identifier; of a URI, that of the item here that it means; null where it means none.</summary>
    public Identifier? Identifier { get; private init; }

    /// <summary>The URI as it was given, if one was, and it does not say an identifier of this node.</summary>
    public string? Uri { get; private init; }

    /// <summary>
    /// What finds the item in the graph. Of an item here it is the key of its identifier, since the store does not know
    /// all keys by which a URI may mean it: not those that were erased.
    /// </summary>
    public ItemKey Key { get; private init; }

    /// <summary>The key of the URI, if one was given, whatever it means.</summary>
    internal ItemKey UriKey { get; private init; }

    /// <summary>The item as it was called.</summary>
    public string Text => Uri ?? Identifier!.Text;

    /// <summary>
    /// Reads an identifier or a URI. What a URI is here, <see cref="ThingFinder"/> finds.
    /// </summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="field">The field that the error names.</param>
    public static Result<ItemName> Parse(string? text, string field = "identifier")
    {
        if (!ItemUri.IsUri(text))
        {
            return Identifiers.Identifier.Parse(text, field).TryGet(out var identifier, out var error)
                ? new ItemName(identifier)
                : error;
        }
        return EventTexts.IsText(text!, EventRules.MaxText)
            ? OfUri(text!)
            : Error.Of(
                ErrorCode.InvalidIdentifier,
                $"{field}: a URI has at most {EventRules.MaxText} bytes.",
                $"{field}：URI 最长 {EventRules.MaxText} 字节。",
                field
            );
    }

    /// <summary>The URI, once it is known which item here it means; null for none.</summary>
    internal ItemName Of(Identifier? known) =>
        known is null ? this : this with { Identifier = known, Key = ItemKey.Of(known) };

    private static ItemName OfUri(string uri)
    {
        var key = ItemKey.OfUri(uri);
        return new ItemName
        {
            Uri = uri,
            Key = key,
            UriKey = key,
        };
    }

    /// <summary>The item by its identifier.</summary>
    [return: NotNullIfNotNull(nameof(identifier))]
    public static implicit operator ItemName?(Identifier? identifier) => identifier is null ? null : new(identifier);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
