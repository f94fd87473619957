using IdResolution.Core.Primitives;

namespace IdResolution.Core.CodingRules;

/// <summary>A coding rule (编码规则) as an administrator saves it.</summary>
public sealed record CodingRule
{
    /// <summary>The code: 1 to 50 lower-case letters, digits and hyphens, beginning with a letter.</summary>
    public required string Code { get; init; }

    /// <summary>The names shown to people.</summary>
    public Names? Names { get; init; }

    /// <summary>The homed prefix of the identifiers; null for the node's first prefix.</summary>
    public string? Prefix { get; init; }

    /// <summary>The pattern of the suffix, such as <c>MEA-{date:yyMMdd}-{seq:5}{check}</c>.</summary>
    public required string Pattern { get; init; }

    /// <summary>
    /// True to skip numbers whose check characters would be O or I, which look like digits. Null in a rule to save: as
    /// before, and true for a new rule. Null in a saved rule: false.
    /// </summary>
    public bool? SkipLookAlikes { get; init; }
}
