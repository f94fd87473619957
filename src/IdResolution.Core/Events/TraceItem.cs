namespace IdResolution.Core.Events;

/// <summary>What the graph knows of an item by its number.</summary>
/// <param name="Number">
/// The number: the object number of its record. What is not registered here has an object number that no record gets.
/// </param>
/// <param name="Key">The key.</param>
/// <param name="Spelling">The identifier as it was registered, or the text as it was first given.</param>
/// <param name="Template">The code of the record's template; null without one.</param>
/// <param name="IsRegistered">True if there is a record, a tombstone too.</param>
/// <param name="IsRevoked">True for a tombstone.</param>
public sealed record TraceItem(
    long Number,
    ItemKey Key,
    string Spelling,
    string? Template,
    bool IsRegistered,
    bool IsRevoked
);
