using IdResolution.Core.CodingRules;

namespace IdResolution.Core.Templates;

/// <summary>A set of templates with their categories and coding rules, as one JSON file.</summary>
public sealed record TemplatePack
{
    /// <summary>The pack's code.</summary>
    public string? Pack { get; init; }

    /// <summary>The pack's version.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Names for people.</summary>
    public Names? Names { get; init; }

    /// <summary>Categories, parents before children.</summary>
    public IReadOnlyList<Category> Categories { get; init; } = [];

    /// <summary>Coding rules.</summary>
    public IReadOnlyList<CodingRule> CodingRules { get; init; } = [];

    /// <summary>Templates; published when imported.</summary>
    public IReadOnlyList<Template> Templates { get; init; } = [];
}
