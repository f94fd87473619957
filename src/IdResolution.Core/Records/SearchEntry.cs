namespace IdResolution.Core.Records;

/// <summary>A value in the search index.</summary>
/// <param name="AttributeIndex">The attribute's Handle index.</param>
/// <param name="Text">See <see cref="Templates.ValueCodec.SearchText"/>.</param>
public readonly record struct SearchEntry(int AttributeIndex, string Text);
