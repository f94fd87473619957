namespace IdResolution.HandleProtocol.Security;

/// <summary>What happened to a value since it was signed.</summary>
public enum SignedValueState
{
    /// <summary>The value is the same.</summary>
    Unchanged,

    /// <summary>The value is different now.</summary>
    Changed,

    /// <summary>The value does not exist, or was not given to the check.</summary>
    Missing,
}
