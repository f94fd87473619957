using IdResolution.Core.Templates;

namespace IdResolution.Core.Snms;

/// <summary>A template as a caller of the SNMS protocol gave it. Members are null where absent.</summary>
public sealed record SnmsTemplateForm
{
    /// <summary>The prefix that it belongs to.</summary>
    public string? Prefix { get; init; }

    /// <summary>The version text, by which it is found with its prefix.</summary>
    public string? Version { get; init; }

    /// <summary>The industry, all four codes.</summary>
    public required IndustryCodes Industry { get; init; }

    /// <summary>1 for active identification carriers, 2 for others.</summary>
    public int? Type { get; init; }

    /// <summary>What it is for; or null.</summary>
    public string? Description { get; init; }

    /// <summary>The attributes.</summary>
    public IReadOnlyList<SnmsTemplateItem>? Items { get; init; }
}
