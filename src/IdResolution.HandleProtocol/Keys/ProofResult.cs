namespace IdResolution.HandleProtocol.Keys;

/// <summary>What became of a proof: an answer to a challenge, a signature, a MAC.</summary>
public enum ProofResult
{
    /// <summary>It proves nothing. The default, so that a result nobody set refuses.</summary>
    Wrong,

    /// <summary>It proves that its maker holds the key.</summary>
    Right,

    /// <summary>It is of a kind, or under a key, that is not spoken here.</summary>
    Unsupported,

    /// <summary>Its bytes are no proof at all, or ask for more work than is done for a stranger.</summary>
    Malformed,
}
