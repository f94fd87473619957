using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Where walks begin and what bounds them.</summary>
public sealed record WalkSettings
{
    /// <summary>
    /// Sites that hold the handles of prefixes. Their addresses are not filtered: the operator named them.
    /// </summary>
    public IReadOnlyList<SiteRecord> Roots { get; init; } = [];

    /// <summary>
    /// A server that walks for others, and is asked instead of the roots; for the site of the prefix where it does not
    /// know a handle. Not filtered either.
    /// </summary>
    public HandleServer? RecursiveNode { get; init; }

    /// <summary>Referrals followed, one within the other.</summary>
    public int MaxDepth { get; init; } = MessageLimits.MaxRecursion;

    /// <summary>How long a walk may take in all.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Servers asked one question, where the first do not answer.</summary>
    public int MaxServers { get; init; } = 6;

    /// <summary>Which addresses found in records may be spoken to.</summary>
    public AddressFilter Addresses { get; init; } = AddressFilter.PublicOnly;

    /// <summary>Answers remembered; 0 for none.</summary>
    public int MaxCachedAnswers { get; init; } = 10_000;

    /// <summary>Bytes of the answers remembered.</summary>
    public long MaxCachedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long an answer is remembered at most, whatever its values allow.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long it is remembered that a handle is not there.</summary>
    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Judges signatures; null where nobody does.</summary>
    public IValueVerifier? Verifier { get; init; }
}
