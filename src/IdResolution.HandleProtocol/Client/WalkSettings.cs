using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Where walks start, and what limits them.</summary>
public sealed record WalkSettings
{
    /// <summary>
    /// The sites that hold the handles of prefixes. Their addresses are not filtered, since the operator named them.
    /// </summary>
    public IReadOnlyList<SiteRecord> Roots { get; init; } = [];

    /// <summary>
    /// A server that resolves handles of any prefix and is asked instead of the roots; null for none. If it does not
    /// know a handle, it is asked for the site of the prefix. Its address is not filtered.
    /// </summary>
    public HandleServer? RecursiveNode { get; init; }

    /// <summary>The most referrals and nested questions on the way to an answer.</summary>
    public int MaxDepth { get; init; } = MessageLimits.MaxRecursion;

    /// <summary>
    /// The most requests of a walk. Referrals name further servers, each of whose names further ones, so that depth
    /// alone would let a record make the node ask thousands of others.
    /// </summary>
    public int MaxRequests { get; init; } = 40;

    /// <summary>How long a walk may take in all.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The most servers that are asked one question, if the first ones do not answer.</summary>
    public int MaxServers { get; init; } = 6;

    /// <summary>Decides which addresses from records may be contacted.</summary>
    public AddressFilter Addresses { get; init; } = AddressFilter.PublicOnly;

    /// <summary>The most answers cached; 0 for none.</summary>
    public int MaxCachedAnswers { get; init; } = 10_000;

    /// <summary>The most bytes of cached answers.</summary>
    public long MaxCachedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The longest time that an answer is cached, even if its values allow more.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long it is cached that a handle, or its values, do not exist.</summary>
    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Checks signatures; null to check none.</summary>
    public IValueVerifier? Verifier { get; init; }
}
