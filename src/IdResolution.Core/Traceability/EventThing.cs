using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>Something that a checked event names.</summary>
/// <param name="Identifier">Its identifier; null where it has none, or a URI named it.</param>
/// <param name="Text">The text or URI where it has no identifier.</param>
/// <param name="Quantity">How much of it, as canonical decimal text.</param>
/// <param name="Unit">The unit of the quantity.</param>
/// <param name="Position">Where in the parent it is.</param>
/// <param name="Type">What kind of document it is.</param>
internal sealed record EventThing(
    Identifier? Identifier,
    string? Text,
    string? Quantity = null,
    string? Unit = null,
    string? Position = null,
    string? Type = null
)
{
    // Otherwise it is recognised by what finds it.
    private ItemKey? _named;

    /// <summary>True for the item that is being registered, as long as it has no identifier.</summary>
    public bool IsSelf => Identifier is null && Text!.Length == 0;

    /// <summary>The code of the template of the item that is being registered; otherwise null.</summary>
    public string? NewTemplate { get; private init; }

    /// <summary>The identifier of the item here that a URI means, when the event was checked; otherwise null.</summary>
    public Identifier? Known { get; private init; }

    /// <summary>The item that is being registered, with the code of its template.</summary>
    public static EventThing Self(string? template) => new(null, "") { NewTemplate = template };

    /// <summary>
    /// An item that is named by its URI. It stays so: an event that is sent again is the same, whether the item was
    /// registered meanwhile or not.
    /// </summary>
    public static EventThing Of(ItemName name)
    {
        if (name.Uri is not { } uri)
        {
            return new EventThing(name.Identifier, null);
        }
        return new EventThing(null, uri)
        {
            Key = name.Key,
            Known = name.Identifier,
            _named = name.Identifier is null ? null : name.UriKey,
        };
    }

    /// <summary>The thing once the item that is being registered has its identifier.</summary>
    public EventThing Of(Identifier item) =>
        IsSelf ? new EventThing(item, null, Quantity, Unit, Position, Type) { NewTemplate = NewTemplate } : this;

    /// <summary>What finds it in the graph.</summary>
    public ItemKey Key { get; private init; } = Identifier is null ? ItemKey.OfText(Text!) : ItemKey.Of(Identifier);

    /// <summary>What messages call it.</summary>
    public string Name => Identifier?.Text ?? Text!;

    /// <summary>The row of its part in an event.</summary>
    public EventMember As(MemberRole role) =>
        new(role, Key, Quantity, Unit, Position, Identifier?.Text ?? Text, _named);
}
