using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>A group of templates (数据分类); categories nest.</summary>
public sealed record Category
{
    /// <summary>1 to 50 lower-case letters, digits and hyphens.</summary>
    public required string Code { get; init; }

    /// <summary>Names for people.</summary>
    public Names? Names { get; init; }

    /// <summary>The code of the category above, or null.</summary>
    public string? Parent { get; init; }
}
