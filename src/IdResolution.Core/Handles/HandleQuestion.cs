using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>A resolution request of the Handle protocol.</summary>
/// <param name="Handle">The handle as the client wrote it.</param>
public sealed record HandleQuestion(string Handle)
{
    /// <summary>Selects the values that the client asks for; null for all.</summary>
    public Func<RawValue, bool>? Wants { get; init; }

    /// <summary>True if the client wants no challenge. Values that are not public are then left out.</summary>
    public bool PublicOnly { get; init; }

    /// <summary>True if the client wants an error instead of a referral to another service.</summary>
    public bool DoNotRefer { get; init; }

    /// <summary>True if the client is told that a handle is mistyped. Costs looks into the store.</summary>
    public bool Explains { get; init; }

    /// <summary>
    /// Finds out who asks, or null. Called only if the answer depends on it, so that public values are answered while
    /// the store is away.
    /// </summary>
    public required Func<ValueTask<HandleIdentity?>> Identify { get; init; }
}
