namespace IdResolution.Core.Records;

/// <summary>An item's key in another system.</summary>
/// <param name="Source">The code of the source, such as <c>mes</c>.</param>
/// <param name="SourceKey">The key as it was given; null where it was erased.</param>
public readonly record struct BusinessKey(string Source, string? SourceKey);
