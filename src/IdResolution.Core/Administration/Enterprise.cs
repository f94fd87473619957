using IdResolution.Core.Access;
using IdResolution.Core.Catalog;

namespace IdResolution.Core.Administration;

/// <summary>An enterprise whose records this node takes: a prefix with keys that are bound to it.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Keys">The keys bound to it, in the order they were made; ended ones among them.</param>
/// <param name="Route">Where its node is found; null if nothing was said of it.</param>
public sealed record Enterprise(string Prefix, IReadOnlyList<ApiKey> Keys, PrefixRoute? Route)
{
    /// <summary>The number of its active identifiers, those of prefixes below it not counted.</summary>
    public long Identifiers { get; init; }

    /// <summary>When the newest of them was first registered; null without any.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>When one of its keys was last used; null for never.</summary>
    public DateTimeOffset? SeenAt { get; init; }
}
