using IdResolution.Core.Templates;

namespace IdResolution.Core.Upstream;

/// <summary>A template as the secondary node is to have it. No attribute is required there.</summary>
public sealed record UpstreamTemplate
{
    /// <summary>The prefix that it belongs to there.</summary>
    public required string Prefix { get; init; }

    /// <summary>The version text, by which it is found with its prefix.</summary>
    public required string Version { get; init; }

    /// <summary>The industry, all four codes.</summary>
    public required IndustryCodes Industry { get; init; }

    /// <summary>1 for active identification carriers, 2 for others.</summary>
    public required int CarrierType { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; init; }

    /// <summary>The attributes that go up, at least one, with names that differ.</summary>
    public required IReadOnlyList<UpstreamAttribute> Attributes { get; init; }
}

/// <summary>An attribute of a template.</summary>
/// <param name="Index">The index of its values.</param>
/// <param name="Code">Its code, the type of its values there.</param>
/// <param name="Name">The Chinese name.</param>
/// <param name="IsActive">False if it takes no values any more.</param>
public sealed record UpstreamAttribute(int Index, string Code, string Name, bool IsActive);
