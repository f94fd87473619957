namespace IdResolution.Core.Events;

/// <summary>One item's part in an event: a row of the graph.</summary>
/// <param name="Role">The part.</param>
/// <param name="Item">What has it.</param>
/// <param name="Quantity">How much of it, as canonical decimal text; null for a piece, or where nobody said.</param>
/// <param name="Unit">
/// The unit of the quantity, a code of UN/CEFACT Recommendation 20 or a text; null for pieces.
/// </param>
/// <param name="Position">Where in the parent a child is; null where nobody said.</param>
/// <param name="Spelling">
/// The item as it was given, kept for what has no record here; null for the folded form of its key.
/// </param>
/// <param name="Named">
/// The key that recognises it when the event is sent again, where that is another: the URI that named it.
/// </param>
public readonly record struct EventMember(
    MemberRole Role,
    ItemKey Item,
    string? Quantity = null,
    string? Unit = null,
    string? Position = null,
    string? Spelling = null,
    ItemKey? Named = null
);
