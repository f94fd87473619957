using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>The answer of another node for an identifier under one of its prefixes.</summary>
/// <param name="Identifier">The identifier in the spelling of the request.</param>
/// <param name="Values">The public values, ascending by index.</param>
/// <param name="ReadAt">The time when the other node answered.</param>
/// <param name="ExpiresAt">The time until which the values may be kept; not before <paramref name="ReadAt"/>.</param>
public sealed record ForeignRecord(
    string Identifier,
    IReadOnlyList<RawValue> Values,
    DateTimeOffset ReadAt,
    DateTimeOffset ExpiresAt
);
