namespace IdResolution.HandleProtocol.Client;

/// <summary>What a step of a walk was.</summary>
public enum WalkStepKind
{
    /// <summary>A server answered.</summary>
    Answered,

    /// <summary>A server did not answer.</summary>
    Failed,

    /// <summary>The answer was known.</summary>
    FromCache,

    /// <summary>The server's address may not be spoken to.</summary>
    AddressRefused,
}
