namespace IdResolution.Server.Pages;

/// <summary>An enterprise on a page.</summary>
/// <param name="Prefix">Its prefix.</param>
/// <param name="Keys">The names of the valid keys that are bound to it.</param>
public sealed record EnterpriseRow(string Prefix, IReadOnlyList<string> Keys)
{
    /// <summary>The number of its active identifiers.</summary>
    public long Identifiers { get; init; }

    /// <summary>When the newest of them was registered; null without any.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>When one of its keys was last used; null for never.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Where resolvers are sent on to; empty for nowhere.</summary>
    public required string Route { get; init; }
}
