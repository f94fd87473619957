using IdResolution.Core.CodingRules;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>A set of templates with their categories and coding rules, as one JSON file.</summary>
/// <remarks>The JSON reader sets every member: a member absent from the file gets its type's default.</remarks>
public sealed record TemplatePack
{
    /// <summary>The pack's code, for the audit log; null for an exported pack.</summary>
    public string? Pack { get; init; }

    /// <summary>The pack's version, for people; 1 if the file has none.</summary>
    public int Version
    {
        get;
        init => field = value == 0 ? 1 : value;
    } = 1;

    /// <summary>The names shown to people.</summary>
    public Names? Names { get; init; }

    /// <summary>The categories, in any order.</summary>
    public IReadOnlyList<Category> Categories
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The coding rules that the templates use. They are imported before the templates.</summary>
    public IReadOnlyList<CodingRule> CodingRules
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The templates. Importing publishes them.</summary>
    public IReadOnlyList<Template> Templates
    {
        get;
        init => field = value ?? [];
    } = [];
}
