using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>Something that a checked event names.</summary>
/// <param name="Identifier">Its identifier; null where it has none.</param>
/// <param name="Text">The text where it has no identifier.</param>
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
    /// <summary>What finds it in the graph.</summary>
    public ItemKey Key { get; } = Identifier is null ? ItemKey.OfText(Text!) : ItemKey.Of(Identifier);

    /// <summary>The row of its part in an event.</summary>
    public EventMember As(MemberRole role) => new(role, Key, Quantity, Unit, Position, Identifier?.Text ?? Text);
}
