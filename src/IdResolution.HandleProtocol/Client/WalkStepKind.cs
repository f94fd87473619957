namespace IdResolution.HandleProtocol.Client;

/// <summary>What happened in a step of a walk.</summary>
public enum WalkStepKind
{
    /// <summary>A server answered, perhaps with an error.</summary>
    Answered,

    /// <summary>A server did not answer.</summary>
    Failed,

    /// <summary>The answer was in the cache.</summary>
    FromCache,

    /// <summary>The server's address is not allowed, so it was not asked.</summary>
    AddressRefused,
}
