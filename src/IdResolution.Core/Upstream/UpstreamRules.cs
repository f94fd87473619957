using IdResolution.Core.Templates;

namespace IdResolution.Core.Upstream;

/// <summary>What goes up to the secondary node, and when. Immutable.</summary>
public sealed record UpstreamRules
{
    /// <summary>Names the secondary node, and the user that this node logs in as.</summary>
    public required string Target { get; init; }

    /// <summary>Records under this prefix, and under prefixes below it, go up; null for every homed prefix.</summary>
    public string? Prefix { get; init; }

    /// <summary>What goes up of templates that <see cref="Shares"/> does not name.</summary>
    public UpstreamShare Share { get; init; }

    /// <summary>What goes up of single templates, by their codes.</summary>
    public IReadOnlyDictionary<string, UpstreamShare> Shares { get; init; } = new Dictionary<string, UpstreamShare>();

    /// <summary>The industry of templates that name none.</summary>
    public required IndustryCodes Industry { get; init; }

    /// <summary>The time of day, by the plant's clock, at which sending may begin; null to send at all times.</summary>
    public TimeOnly? From { get; init; }

    /// <summary>The time of day at which sending ends. It may be before <see cref="From"/>: on the next day.</summary>
    public TimeOnly? Until { get; init; }

    /// <summary>Names where what goes up.</summary>
    public string Way => $"{Target} {Prefix?.ToUpperInvariant()}";

    /// <summary>What goes up of the records of a template.</summary>
    public UpstreamShare ShareOf(Template template) => Shares.GetValueOrDefault(template.Code, Share);

    /// <summary>True if records under a prefix go up.</summary>
    public bool Covers(string prefix) =>
        Prefix is null
        || prefix.Equals(Prefix, StringComparison.OrdinalIgnoreCase)
        || (prefix.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && prefix[Prefix.Length] == '.');

    /// <summary>True if the values of an attribute go up.</summary>
    public bool Shows(Template template, AttributeDefinition attribute) =>
        ShareOf(template) switch
        {
            UpstreamShare.All => true,
            UpstreamShare.Public => attribute.Visibility == Visibility.Public,
            _ => false,
        };

    /// <summary>How long nothing may be sent; zero if it may be sent now.</summary>
    /// <param name="now">The time of day by the plant's clock.</param>
    public TimeSpan ClosedFor(TimeOnly now) =>
        From is not { } from || Until is not { } until || now.IsBetween(from, until) ? TimeSpan.Zero : from - now;
}
