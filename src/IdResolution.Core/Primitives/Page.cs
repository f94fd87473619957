namespace IdResolution.Core.Primitives;

/// <summary>A page of a longer list.</summary>
/// <param name="Items">The items on the page, in order.</param>
/// <param name="Next">The cursor for the next page; null if this page is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long? Next);
