namespace IdResolution.Core.Analysis;

/// <summary>What becomes of the values of a roll-up.</summary>
public enum RollupFunction
{
    /// <summary>Their sum; of a lot the share that is in the root.</summary>
    Sum,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The least of them.</summary>
    Min,

    /// <summary>The greatest of them.</summary>
    Max,

    /// <summary>How far the greatest is from the least.</summary>
    Spread,
}
