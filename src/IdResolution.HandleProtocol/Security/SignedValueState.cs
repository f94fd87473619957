namespace IdResolution.HandleProtocol.Security;

/// <summary>What became of a value since it was signed.</summary>
public enum SignedValueState
{
    /// <summary>It is as it was.</summary>
    Unchanged,

    /// <summary>It is another now.</summary>
    Changed,

    /// <summary>It is not there, or not shown.</summary>
    Missing,
}
