using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>What a client of the Handle protocol asks of a handle.</summary>
/// <param name="Handle">As the client wrote it.</param>
public sealed record HandleQuestion(string Handle)
{
    /// <summary>Which values are wanted; null for all.</summary>
    public Func<RawValue, bool>? Wants { get; init; }

    /// <summary>No challenge: what is not public is left out.</summary>
    public bool PublicOnly { get; init; }

    /// <summary>No referral where this node is not responsible.</summary>
    public bool DoNotRefer { get; init; }

    /// <summary>
    /// Finds out who asks, or null. Called only once something hangs on it: public values are answered while the store
    /// is away.
    /// </summary>
    public required Func<ValueTask<HandleIdentity?>> Identify { get; init; }
}
