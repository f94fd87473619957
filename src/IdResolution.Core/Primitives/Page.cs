namespace IdResolution.Core.Primitives;

/// <summary>A page of a list.</summary>
/// <param name="Items">What is on it, in order.</param>
/// <param name="Next">The cursor to go on with; null where this page is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long? Next);
