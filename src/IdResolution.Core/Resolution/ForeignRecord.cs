using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>What another node answered of an identifier under a prefix of its own.</summary>
/// <param name="Identifier">The identifier in the spelling asked for.</param>
/// <param name="Values">Its public values, ascending by index.</param>
/// <param name="ReadAt">When that node answered.</param>
/// <param name="ExpiresAt">Until when its values may be kept; not before <paramref name="ReadAt"/>.</param>
public sealed record ForeignRecord(
    string Identifier,
    IReadOnlyList<RawValue> Values,
    DateTimeOffset ReadAt,
    DateTimeOffset ExpiresAt
);
