using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>A group of templates (数据分类); categories nest.</summary>
public sealed record Category
{
    /// <summary>The code: 1 to 50 lower-case letters, digits and hyphens, beginning with a letter.</summary>
    public required string Code { get; init; }

    /// <summary>The names shown to people.</summary>
    public Names? Names { get; init; }

    /// <summary>The code of the parent category; null at the top.</summary>
    public string? Parent { get; init; }
}
