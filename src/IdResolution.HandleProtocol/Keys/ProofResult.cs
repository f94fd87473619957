namespace IdResolution.HandleProtocol.Keys;

/// <summary>The result of checking a proof: an answer to a challenge, a signature or a MAC.</summary>
public enum ProofResult
{
    /// <summary>It proves nothing. This is the default, so that a result that nobody set refuses.</summary>
    Wrong,

    /// <summary>It proves that its maker holds the key.</summary>
    Right,

    /// <summary>Its kind, or the kind of its key, is not supported here.</summary>
    Unsupported,

    /// <summary>Its bytes are malformed, or would cost more work than is done for a stranger.</summary>
    Malformed,
}
