using IdResolution.Core.CodingRules;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>A set of templates with their categories and coding rules, as one JSON file.</summary>
/// <remarks>The JSON reader gives every member, with the type's default where the file has none.</remarks>
public sealed record TemplatePack
{
    /// <summary>The pack's code.</summary>
    public string? Pack { get; init; }

    /// <summary>The pack's version.</summary>
    public int Version
    {
        get;
        init => field = value == 0 ? 1 : value;
    } = 1;

    /// <summary>Names for people.</summary>
    public Names? Names { get; init; }

    /// <summary>Categories, parents before children.</summary>
    public IReadOnlyList<Category> Categories
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Coding rules.</summary>
    public IReadOnlyList<CodingRule> CodingRules
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Templates; published when imported.</summary>
    public IReadOnlyList<Template> Templates
    {
        get;
        init => field = value ?? [];
    } = [];
}
