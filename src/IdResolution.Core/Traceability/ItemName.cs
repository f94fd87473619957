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

    /// <summary>What finds the item in the graph.</summary>
    public ItemKey Key { get; private init; }

    /// <summary>The same, but for an item here that is known always the key of its identifier.</summary>
    public ItemKey Found => Identifier is null ? Key : ItemKey.Of(Identifier);

    /// <summary>The item as it was called.</summary>
    public string Text => Uri ?? Identifier!.Text;

    /// <summary>
    /// Reads an identifier or a URI. What a URI is here, <see cref="ThingFinder.ResolveAsync"/> finds.
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
            ? OfUri(text!, null, isOfOtherKey: false)
            : Error.Of(
                ErrorCode.InvalidIdentifier,
                $"{field}: a URI has at most {EventRules.MaxText} bytes.",
                $"{field}：URI 最长 {EventRules.MaxText} 字节。",
                field
            );
    }

    /// <summary>An item by its URI.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="known">The item here that is registered with the GS1 key of the URI; null for none.</param>
    /// <param name="isOfOtherKey">True if it has not that very key, but one of fewer elements.</param>
    internal static ItemName OfUri(string uri, Identifier? known, bool isOfOtherKey) =>
        new()
        {
            Uri = uri,
            Identifier = known,
            Key = isOfOtherKey ? ItemKey.Of(known!) : ItemKey.OfUri(uri),
        };

    /// <summary>The item by its identifier.</summary>
    [return: NotNullIfNotNull(nameof(identifier))]
    public static implicit operator ItemName?(Identifier? identifier) => identifier is null ? null : new(identifier);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
